import * as vscode from "vscode";
import type { LspRange, LspWorkspaceEdit } from "../sending/exchange";

export function rangeOf({ start, end }: LspRange): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** An edit of the language server in VS Code's own form. */
export function editOf(edit: LspWorkspaceEdit): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit();
  const perFile = [
    ...Object.entries(edit.changes ?? {}).map(([uri, edits]) => ({ uri, edits })),
    ...(edit.documentChanges ?? []).map(({ textDocument: { uri }, edits }) => ({ uri, edits })),
  ];
  for (const { uri, edits } of perFile) {
    result.set(
      vscode.Uri.parse(uri, true),
      edits.map(({ range, newText }) => vscode.TextEdit.replace(rangeOf(range), newText)),
    );
  }
  return result;
}
