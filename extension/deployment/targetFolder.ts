import * as path from "node:path";
import * as vscode from "vscode";

/** The folder of this name that is to be written, where the user wants it; undefined for nowhere. */
export async function targetFolder(name: string): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t("Where does the folder {0} go?", name),
    openLabel: vscode.l10n.t("Put It Here"),
  });
  return chosen?.[0] && path.join(chosen[0].fsPath, name);
}
