import * as vscode from "vscode";
import { firstFolder } from "../common/folders";

/** The model that the user points at; undefined when the user gave up. */
export async function chosenModel(openLabel: string): Promise<vscode.Uri | undefined> {
  const folder = firstFolder();
  const chosen = await vscode.window.showOpenDialog({
    // Not every system has a dialog for both; there, folders come by the Explorer's menu.
    canSelectFiles: true,
    canSelectFolders: true,
    title: vscode.l10n.t("The model: a file, or a folder with all of its files"),
    openLabel,
    ...(folder !== undefined && { defaultUri: vscode.Uri.file(folder) }),
  });
  return chosen?.[0];
}
