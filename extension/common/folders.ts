import * as vscode from "vscode";

export function uriOf(folder: string | undefined): vscode.Uri | undefined {
  return folder === undefined ? undefined : vscode.Uri.file(folder);
}

/** The folder that stands for the window where no file or script decides. */
export function firstFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}

/** The workspace folder that holds a file. */
export function folderOf(file: string): string | undefined {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath;
}

/** All of the window. */
export function workspaceFolders(): readonly string[] {
  return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
}
