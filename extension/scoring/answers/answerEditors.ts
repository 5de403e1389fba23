import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { answerName, keyOf, type RequestRef } from "../requestFiles/requestRef";
import { isFailure } from "../sending/answer";
import type { Exchange } from "../sending/exchange";
import { answerInWords } from "../sending/words";
import { headText } from "./answerHead";
import { extensionOf, present } from "./presentation";

export const ANSWER_SCHEME = "azmlinfsrv-answer";
const STATUS_MESSAGE_MS = 10_000;

interface Shown {
  readonly exchange: Exchange;
  readonly text: string;
  readonly note: string | undefined;
}

/** The editors with answers: read-only documents, and images in files of the extension's storage. */
export class AnswerEditors implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly shown = new Map<string, Shown>();
  private readonly registration: vscode.Disposable;

  constructor(private readonly storage: vscode.Uri) {
    this.registration = vscode.Disposable.from(
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(ANSWER_SCHEME, this),
      // Not when the document closes: VS Code closes those of tabs that are not looked at.
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const { input } of closed) {
          this.shown.delete(uriIn(input)?.toString() ?? "");
        }
      }),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.shown.get(uri.toString())?.text ??
      vscode.l10n.t("Answers are kept as long as the window is open. Send the request again.")
    );
  }

  /** What an answer's document shows, for the line above it. */
  contents(uri: vscode.Uri): Shown | undefined {
    return this.shown.get(uri.toString());
  }

  /** Open an answer beside the request; one of the same request takes its place. */
  async show(exchange: Exchange): Promise<void> {
    const presentation = present(exchange.answer);
    const icon = isFailure(exchange.answer) ? "error" : "pass";
    vscode.window.setStatusBarMessage(
      `$(${icon}) ${answerInWords(exchange.answer)}`,
      STATUS_MESSAGE_MS,
    );
    if (presentation.kind === "image") {
      const file = await this.save(exchange);
      await this.open(exchange.ref, file);
      return;
    }
    const { extension, text, note } = presentation;
    const uri = uriOf(exchange, extension, "body");
    this.put(uri, { exchange, text, note });
    await this.open(exchange.ref, uri);
  }

  async showHead(exchange: Exchange): Promise<void> {
    const uri = uriOf(exchange, "http", "head");
    this.put(uri, { exchange, text: headText(exchange), note: undefined });
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  /** The whole body in a file, of which the editor shows a part. */
  async saveWhole(exchange: Exchange): Promise<void> {
    const name = answerName(exchange.name, extensionOf(exchange.answer));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog(
      folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {},
    );
    if (target) {
      await vscode.workspace.fs.writeFile(target, exchange.answer.body);
    }
  }

  dispose(): void {
    this.registration.dispose();
  }

  private put(uri: vscode.Uri, shown: Shown): void {
    this.shown.set(uri.toString(), shown);
    this.changed.fire(uri);
  }

  /** VS Code's preview of images shows files only. */
  private async save({ ref, name, answer }: Exchange): Promise<vscode.Uri> {
    const digest = createHash("sha256").update(keyOf(ref)).digest("hex").slice(0, 12);
    const file = vscode.Uri.joinPath(
      ...([this.storage, "answers", digest, answerName(name, extensionOf(answer))] as const),
    );
    await vscode.workspace.fs.writeFile(file, answer.body);
    return file;
  }

  private async open(ref: RequestRef, uri: vscode.Uri): Promise<void> {
    const earlier = this.tabsOf(ref);
    const same = earlier.find(({ input }) => uriIn(input)?.toString() === uri.toString());
    const column = earlier[0]?.group.viewColumn ?? columnBeside();
    const outdated = earlier.filter((tab) => tab !== same);
    if (same?.isActive && uri.scheme === ANSWER_SCHEME) {
      // In view already: opening it again would take the focus from the script.
      return;
    }
    await vscode.commands.executeCommand("vscode.open", uri, {
      viewColumn: column,
      preserveFocus: true,
      preview: false,
    });
    // The answer has become of another type, and with it the name of its editor.
    await vscode.window.tabGroups.close(outdated, true);
  }

  private tabsOf(ref: RequestRef): vscode.Tab[] {
    const query = queryOf(ref, "body");
    const digest = createHash("sha256").update(keyOf(ref)).digest("hex").slice(0, 12);
    const images = vscode.Uri.joinPath(this.storage, "answers", digest).toString();
    return vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => {
        const uri = uriIn(input);
        const isText = uri?.scheme === ANSWER_SCHEME && uri.query === query;
        return isText || uri?.toString().startsWith(`${images}/`);
      });
  }
}

function uriOf({ ref, name }: Exchange, extension: string, part: "body" | "head"): vscode.Uri {
  return vscode.Uri.from({
    scheme: ANSWER_SCHEME,
    path: `/${answerName(name, extension)}`,
    query: queryOf(ref, part),
  });
}

function queryOf(ref: RequestRef, part: "body" | "head"): string {
  return `${part}=${keyOf(ref)}`;
}

function uriIn(input: unknown): vscode.Uri | undefined {
  const hasUri = input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom;
  return hasUri ? input.uri : undefined;
}

/** Beside the editor in front – unless that shows an answer itself. */
function columnBeside(): vscode.ViewColumn {
  const group = vscode.window.tabGroups.activeTabGroup;
  return uriIn(group.activeTab?.input)?.scheme === ANSWER_SCHEME
    ? group.viewColumn
    : vscode.ViewColumn.Beside;
}
