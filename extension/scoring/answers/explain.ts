import * as path from "node:path";
import * as vscode from "vscode";
import { headerOf } from "../httpFile/requestDescription";
import { statusInWords } from "../sending/answer";
import type { Exchange, Explanation } from "../sending/exchange";
import { bytesOf } from "../sending/resolvedRequest";
import { editOf, rangeOf } from "./lspEdits";

/** Asks the language server; null when none runs, or it cannot tell. */
export type Ask = <T>(method: string, params: object) => Promise<T | null>;

/** The cause stands at the beginning of a body; the server need not read megabytes. */
const MOST_TEXT = 100_000;
/** An answer is not held back for its explanation. */
const LIMIT_MS = 3_000;

export async function explain(
  ask: Ask,
  script: string,
  { request, answer }: Pick<Exchange, "request" | "answer">,
): Promise<Explanation | undefined> {
  const headers = answer.headers.map(({ name, value }) => [name.toLowerCase(), value]);
  const asked = ask<Explanation>("azmlinfsrv/explainAnswer", {
    textDocument: { uri: vscode.Uri.file(script).toString() },
    answer: {
      status: answer.status,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: textOf(answer.body),
    },
    request: {
      method: request.method,
      contentType: headerOf(request.headers, "content-type") ?? null,
      body: request.body.length === 0 ? null : textOf(bytesOf(request.body)),
    },
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), LIMIT_MS);
  });
  const explanation = await Promise.race([asked, late]);
  clearTimeout(timer);
  return explanation ?? undefined;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, MOST_TEXT)).toString("utf8");
}

/** "score.py:12", where the cause of a failure is known. */
export function placeOf({ location }: Explanation): string | undefined {
  return location
    ? `${path.posix.basename(vscode.Uri.parse(location.uri).path)}:${location.range.start.line + 1}`
    : undefined;
}

export async function openPlace({ location }: Explanation): Promise<void> {
  if (location) {
    await vscode.window.showTextDocument(vscode.Uri.parse(location.uri), {
      selection: rangeOf(location.range),
      viewColumn: vscode.ViewColumn.One,
    });
  }
}

/** Apply the quick fix; the script is left unsaved, so that it can be looked over and undone. */
export async function applyFix(explanation: Explanation): Promise<void> {
  if (explanation.fix && (await vscode.workspace.applyEdit(editOf(explanation.fix.edit)))) {
    await openPlace(explanation);
  }
}

/** Tell why a request failed, with what helps. */
export async function notifyFailure({
  answer,
  name,
  script,
  explanation,
}: Exchange): Promise<void> {
  const who = script === undefined ? name : path.basename(script);
  const message = vscode.l10n.t("{0} answered {1}.", who, statusInWords(answer));
  const place = explanation && placeOf(explanation);
  const open = place && vscode.l10n.t("Open {0}", place);
  const fix = explanation?.fix?.title;
  const actions = [fix, open].filter((action) => action !== undefined);
  const full = explanation ? `${message} ${explanation.message}` : message;
  const shown =
    answer.status >= 500
      ? vscode.window.showErrorMessage(full, ...actions)
      : vscode.window.showWarningMessage(full, ...actions);
  const chosen = await shown;
  if (explanation && chosen !== undefined) {
    await (chosen === fix ? applyFix(explanation) : openPlace(explanation));
  }
}
