import * as vscode from "vscode";
import { parseHttpFile } from "../httpFile/parseHttpFile";
import { isHttpFile } from "../requestFiles/requestRef";
import { targetOf } from "../sending/target";

/** Ours has no file names of its own: where another extension knows `.http`, that one stays. */
const LANGUAGE = "azmlinfsrv-http";
const SEND = "azmlinfsrv.sendRequest";
/** They put a line of their own above each request. */
const OTHER_CLIENTS = ["humao.rest-client", "anweber.vscode-httpyac"];

/** Colours and a Send Request line for `.http` files, without quarrel with other HTTP clients. */
export class HttpDocuments implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly registration: vscode.Disposable;

  constructor() {
    for (const document of vscode.workspace.textDocuments) {
      colour(document);
    }
    this.registration = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument(colour),
      vscode.languages.registerCodeLensProvider(
        [{ scheme: "file", pattern: "**/*.{http,rest}" }],
        this,
      ),
    );
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const hasOther = OTHER_CLIENTS.some((id) => vscode.extensions.getExtension(id) !== undefined);
    const { requests } = parseHttpFile(document.getText());
    return requests.flatMap(({ line, target, headers }, index) => {
      const isForScript = targetOf(target, headers).kind === "script";
      // A path alone means nothing to the others.
      if (hasOther && !isForScript) {
        return [];
      }
      const title = hasOther
        ? vscode.l10n.t("Send to Entry Script")
        : vscode.l10n.t("Send Request");
      const range = new vscode.Range(line, 0, line, 0);
      const ref = { file: document.uri.fsPath, index };
      return [
        new vscode.CodeLens(range, { title: `$(send) ${title}`, command: SEND, arguments: [ref] }),
      ];
    });
  }

  dispose(): void {
    this.registration.dispose();
  }
}

function colour(document: vscode.TextDocument): void {
  if (document.languageId === "plaintext" && isHttpFile(document.uri.path)) {
    void vscode.languages.setTextDocumentLanguage(document, LANGUAGE);
  }
}
