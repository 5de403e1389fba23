import * as vscode from "vscode";

/** The Python file that a command is meant for, or that is open; undefined for another file. */
export function openScript(argument: unknown): string | undefined {
  const uri =
    argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" && isScript(uri.fsPath) ? uri.fsPath : undefined;
}

export function isScript(file: string): boolean {
  return file.toLowerCase().endsWith(".py");
}
