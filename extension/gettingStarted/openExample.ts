import * as vscode from "vscode";
import type { FolderOpener } from "./folderOpener";

const NAME = "azure-ml-example";
const FILES = ["README.md", "score.py"];
/** The task in the example's `.vscode/tasks.json`. */
const SETUP_TASK = "Set up the example";

/** Copy the example that this extension carries to a place of the user's choice and open it. */
export async function openExample(example: vscode.Uri, opener: FolderOpener): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t("Where does the folder {0} go?", NAME),
    openLabel: vscode.l10n.t("Put It Here"),
  });
  const parent = chosen?.[0];
  if (!parent) {
    return;
  }
  const folder = vscode.Uri.joinPath(parent, NAME);
  if (await exists(folder)) {
    const open = vscode.l10n.t("Open It");
    const message = vscode.l10n.t("{0} exists already; nothing was copied.", folder.fsPath);
    if ((await vscode.window.showInformationMessage(message, open)) !== open) {
      return;
    }
  } else {
    await vscode.workspace.fs.copy(example, folder);
  }
  const files = FILES.map((file) => vscode.Uri.joinPath(folder, file));
  await opener.open(folder, files, true);
}

/** Offer to make the example's environment and model, unless they are there. */
export async function offerSetUp(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (!folder || (await exists(vscode.Uri.joinPath(folder, "model")))) {
    return;
  }
  const setUp = vscode.l10n.t("Set Up");
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      "The example needs scikit-learn, and its model is trained once: that takes a minute and stays in this folder.",
    ),
    setUp,
  );
  if (answer === setUp) {
    await vscode.commands.executeCommand("workbench.action.tasks.runTask", SETUP_TASK);
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
