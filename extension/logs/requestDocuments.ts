import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { candidates, type LogLink, linksOf } from "./logLinks";
import { linesOfRequest } from "./requestLines";
import { LOG_LANGUAGE, type ServerLog } from "./serverLog";
import type { ServerLogs } from "./serverLogs";

/** The documents with the lines of one request. */
const SCHEME = "azmlinfsrv-log";
const REFRESH_MS = 300;

/** What the links in a log lead to: the lines of a request, and places in files. */
export class RequestDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable
{
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  private readonly subscriptions: vscode.Disposable;
  private refreshing: NodeJS.Timeout | undefined;

  constructor(private readonly logs: ServerLogs) {
    const selector = [
      { language: LOG_LANGUAGE, scheme: "output" },
      { language: LOG_LANGUAGE, scheme: SCHEME },
    ];
    this.subscriptions = vscode.Disposable.from(
      this.changes,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDocumentLinkProvider(selector, this),
      vscode.workspace.onDidOpenTextDocument(async (document) => {
        if (document.uri.scheme === SCHEME && document.languageId !== LOG_LANGUAGE) {
          await vscode.languages.setTextDocumentLanguage(document, LOG_LANGUAGE);
        }
      }),
      logs.onDidChange(() => this.refreshSoon()),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const { name, id } = partsOf(uri);
    const lines = this.logs.all
      .filter((log) => log.name === name)
      .flatMap((log) => linesOfRequest(log.ring.lines, id));
    return lines.length > 0
      ? lines.map((line) => `${line}\n`).join("")
      : vscode.l10n.t("The log no longer holds the lines of request {0}.", id);
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { uri } = document;
    const log = this.logs.all.find((each) =>
      uri.scheme === SCHEME ? each.name === partsOf(uri).name : each.isIn(uri),
    );
    if (!log) {
      return [];
    }
    const texts = document.getText().split("\n");
    return texts.flatMap((text, index) =>
      linksOf(text.trimEnd()).flatMap((link) => this.linkAt(index, link, log, uri) ?? []),
    );
  }

  dispose(): void {
    clearTimeout(this.refreshing);
    this.subscriptions.dispose();
  }

  private linkAt(
    line: number,
    link: LogLink,
    log: ServerLog,
    within: vscode.Uri,
  ): vscode.DocumentLink | undefined {
    const range = new vscode.Range(line, link.start, line, link.end);
    if (link.kind === "request") {
      if (within.scheme === SCHEME) {
        return undefined;
      }
      const shown = new vscode.DocumentLink(range, requestUri(log.name, link.id));
      shown.tooltip = vscode.l10n.t("Show the lines of this request");
      return shown;
    }
    const folders = [
      ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      path.dirname(log.entryScript),
    ];
    const file = candidates(link.file, folders).find((each) => fs.existsSync(each));
    if (file === undefined) {
      return undefined;
    }
    const place = vscode.Uri.file(file).with({ fragment: `L${link.line}` });
    return new vscode.DocumentLink(range, place);
  }

  /** A request that is being served goes on writing. */
  private refreshSoon(): void {
    this.refreshing ??= setTimeout(() => {
      this.refreshing = undefined;
      for (const { uri } of vscode.workspace.textDocuments) {
        if (uri.scheme === SCHEME) {
          this.changes.fire(uri);
        }
      }
    }, REFRESH_MS);
  }
}

function requestUri(name: string, id: string): vscode.Uri {
  const title = vscode.l10n.t("Request {0}", id.slice(0, 8));
  // A slash in a name would be a folder.
  const file = `/${title.replaceAll("/", "∕")}`;
  return vscode.Uri.from({ scheme: SCHEME, path: file, query: JSON.stringify({ name, id }) });
}

function partsOf(uri: vscode.Uri): { readonly name: string; readonly id: string } {
  return JSON.parse(uri.query) as { name: string; id: string };
}
