import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { setting, updateSetting } from "../common/settings";
import { findInterpreter } from "./interpreter";
import { hasMicrosoftPython, MICROSOFT_SELECT_COMMAND } from "./microsoftPython";

/** Let the user choose the Python that runs entry scripts. */
export async function selectInterpreter(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (hasMicrosoftPython() && setting("pythonPath", folder) === undefined) {
    await vscode.commands.executeCommand(MICROSOFT_SELECT_COMMAND);
    return;
  }
  const executable = (await pickKnown(folder)) ?? undefined;
  if (executable) {
    await updateSetting("pythonPath", executable);
  }
}

async function pickKnown(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const searchPath = process.env["PATH"] ?? "";
  const known = await Promise.all([
    findInterpreter({ folder: folder?.fsPath, searchPath }),
    findInterpreter({ searchPath }),
  ]);
  const items = new Map(
    known.flatMap((found) =>
      found
        ? [[found.executable, { label: found.executable, description: found.source }] as const]
        : [],
    ),
  );
  const browse = {
    label: `$(folder) ${l10n.t("Browse…")}`,
    description: l10n.t("Choose a Python executable"),
  };
  const picked = await vscode.window.showQuickPick([...items.values(), browse], {
    title: l10n.t("Which Python runs the entry script?"),
    placeHolder: l10n.t("It needs Python 3.10 or later and the script's own libraries"),
  });
  if (picked !== browse) {
    return picked?.label;
  }
  const chosen = await vscode.window.showOpenDialog({ openLabel: l10n.t("Use This Python") });
  return chosen?.[0]?.fsPath;
}
