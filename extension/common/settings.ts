import * as vscode from "vscode";

const SECTION = "azmlinfsrv";

/** The value of one of this extension's settings for a folder; blank counts as unset. */
export function setting(name: "pythonPath" | "modelDir", scope?: vscode.Uri): string | undefined {
  const value = vscode.workspace
    .getConfiguration(SECTION, scope ?? null)
    .get<string>(name)
    ?.trim();
  return value === "" ? undefined : value;
}

export async function updateSetting(name: "pythonPath", value: string): Promise<void> {
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration(SECTION).update(name, value, target);
}
