import * as vscode from "vscode";
import { launchOfScript } from "./launchOfScript";

/** Start one script, whatever the active editor shows: its lens or its editor's button was used. */
export async function startScript(
  script: vscode.Uri,
  noDebug: boolean,
  attributes: Readonly<Record<string, unknown>> = {},
): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(script);
  const launch = vscode.workspace.getConfiguration("launch", script);
  const configuration = launchOfScript(
    script.fsPath,
    launch.get<unknown[]>("configurations") ?? [],
    folder?.uri.fsPath,
  );
  const launched = { ...configuration, ...attributes };
  return vscode.debug.startDebugging(folder, launched, { noDebug });
}

/** The script that a command is about: menus give a Uri, lenses its text, keys nothing. */
export function scriptOf(argument: unknown): vscode.Uri | undefined {
  const uri = typeof argument === "string" ? vscode.Uri.parse(argument) : argument;
  return uri instanceof vscode.Uri && uri.scheme === "file" ? uri : undefined;
}
