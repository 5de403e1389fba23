import * as path from "node:path";
import * as vscode from "vscode";
import {
  type Answer,
  duration,
  type NoAnswer,
  runMilliseconds,
  size,
  statusInWords,
} from "./answer";
import type { Progress, Result } from "./exchange";

const SEPARATOR = " · ";

/** "200 OK · 12 ms": for a list, where room is scarce. */
function answerInShort(answer: Answer): string {
  return [statusInWords(answer), duration(answer.milliseconds)].join(SEPARATOR);
}

/** "200 OK · 12 ms · 3.1 ms in run()". */
export function answerInWords(answer: Answer): string {
  const run = runMilliseconds(answer);
  return [
    statusInWords(answer),
    duration(answer.milliseconds),
    ...(run === undefined ? [] : [vscode.l10n.t("{0} in run()", duration(run))]),
  ].join(SEPARATOR);
}

export function answerWithSize(answer: Answer): string {
  return [answerInWords(answer), size(answer.body.length)].join(SEPARATOR);
}

export function resultInWords(result: Result | undefined): string {
  if (!result) {
    return vscode.l10n.t("not sent yet");
  }
  return result.kind === "answered"
    ? answerInShort(result.exchange.answer)
    : noAnswerInShort(result.reason);
}

export function progressInWords(progress: Progress, script: string | undefined): string {
  switch (progress.kind) {
    case "starting":
      return vscode.l10n.t("waits for the server");
    case "paused":
      return vscode.l10n.t(
        "paused at a breakpoint in {0} – waits until you continue",
        path.basename(script ?? ""),
      );
    case "sending":
      return progress.received > 0
        ? vscode.l10n.t("receiving, {0} so far", size(progress.received))
        : vscode.l10n.t("waits for the answer");
  }
}

function noAnswerInShort(reason: NoAnswer): string {
  switch (reason.kind) {
    case "cancelled":
      return vscode.l10n.t("cancelled");
    case "refused":
      return vscode.l10n.t("no server");
    case "ended":
      return vscode.l10n.t("no answer: the connection ended");
    case "tooLarge":
      return vscode.l10n.t("the answer is too large");
    case "failed":
      return vscode.l10n.t("not sent: {0}", reason.reason);
  }
}

/** The sentence for a notification. */
export function noAnswerInFull(reason: Exclude<NoAnswer, { kind: "cancelled" }>, url: URL): string {
  switch (reason.kind) {
    case "refused":
      return vscode.l10n.t(
        "Nothing listens on {0}: the server has ended, or was never started.",
        url.host,
      );
    case "ended":
      return reason.received === 0
        ? vscode.l10n.t("The server at {0} ended the connection before it answered.", url.host)
        : vscode.l10n.t(
            "The server at {0} ended the connection in the middle of its answer, after {1}.",
            url.host,
            size(reason.received),
          );
    case "tooLarge":
      return vscode.l10n.t(
        "The answer is larger than {0}, more than an editor can show.",
        size(reason.limit),
      );
    case "failed":
      return vscode.l10n.t("The request could not be sent to {0}: {1}", url.host, reason.reason);
  }
}
