import * as vscode from "vscode";
import type { ScriptFailure } from "./serverEvents";

const SOURCE = "Azure ML";

/** Underlines the lines for which entry scripts could not be served, until that is out of date. */
export class StartDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("azmlinfsrv.start");
  /** The file that is underlined, by entry script: a module beside it may be to blame. */
  private readonly files = new Map<string, vscode.Uri>();
  private readonly onEdit = vscode.workspace.onDidChangeTextDocument(
    ({ document, contentChanges }) => {
      if (contentChanges.length > 0) {
        this.collection.delete(document.uri);
      }
    },
  );

  show(entryScript: string, { file, line, message }: ScriptFailure): void {
    this.clear(entryScript);
    if (!file || !line) {
      return;
    }
    // VS Code leaves out the indentation of a range that is a whole line.
    const range = new vscode.Range(line - 1, 0, line - 1, Number.MAX_VALUE);
    const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
    diagnostic.source = SOURCE;
    const uri = vscode.Uri.file(file);
    this.files.set(entryScript, uri);
    this.collection.set(uri, [diagnostic]);
  }

  clear(entryScript: string): void {
    const uri = this.files.get(entryScript);
    if (uri) {
      this.collection.delete(uri);
      this.files.delete(entryScript);
    }
  }

  dispose(): void {
    this.onEdit.dispose();
    this.collection.dispose();
  }
}
