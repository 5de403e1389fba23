import * as vscode from "vscode";
import type { ScriptFailure } from "./serverEvents";

const SOURCE = "Azure ML";

/** Underlines the lines for which entry scripts could not be served, until that is out of date. */
export class StartDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection("azmlinfsrv.start");
  /** The file that is underlined, by entry script: a module beside it may be to blame. */
  private readonly files = new Map<string, vscode.Uri>();
  private readonly onFindings = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    for (const uri of uris) {
      const [shown] = this.collection.get(uri) ?? [];
      if (shown && isExplained(uri, shown.range.start.line)) {
        this.collection.delete(uri);
      }
    }
  });
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
    if (isExplained(uri, line - 1)) {
      return;
    }
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
    this.onFindings.dispose();
    this.onEdit.dispose();
    this.collection.dispose();
  }
}

/** Whether the language server reports an error of its own in a line: that says what to write, too. */
function isExplained(uri: vscode.Uri, line: number): boolean {
  return vscode.languages
    .getDiagnostics(uri)
    .some(
      ({ source, code, severity, range }) =>
        source === SOURCE &&
        code !== undefined &&
        severity === vscode.DiagnosticSeverity.Error &&
        range.start.line <= line &&
        line <= range.end.line,
    );
}
