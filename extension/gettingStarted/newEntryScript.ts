import * as vscode from "vscode";
import type { Problem } from "../common/problem";
import { showProblem } from "../common/showProblem";
import type { FolderOpener } from "./folderOpener";
import { existingFiles, type ScriptMaker, type Template, templateItem } from "./templates";

/** Ask for a template and a folder, write it there and open the script. */
export async function newEntryScript(
  maker: ScriptMaker,
  opener: FolderOpener,
  argument: unknown,
): Promise<void> {
  const asked = argument instanceof vscode.Uri ? argument : undefined;
  const first = asked ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  const template = await pickTemplate(maker, first?.fsPath);
  if (!template) {
    return;
  }
  const folder = asked ?? (await pickFolder());
  if (!folder || !(await mayWrite(template, folder))) {
    return;
  }
  const written = await maker.write(template.name, folder.fsPath);
  if (isProblem(written)) {
    void showProblem(written);
    return;
  }
  const files = written.map((file) => vscode.Uri.file(file));
  if (vscode.workspace.getWorkspaceFolder(folder)) {
    await opener.show(files.slice(0, 1));
  } else {
    await opener.open(folder, files.slice(0, 1));
  }
}

async function pickTemplate(
  maker: ScriptMaker,
  folder: string | undefined,
): Promise<Template | undefined> {
  let problem: Problem | undefined;
  const cancellation = new vscode.CancellationTokenSource();
  const items = maker.templates(folder).then((found) => {
    if (isProblem(found)) {
      problem = found;
      // A list without a line would only say that nothing matches.
      cancellation.cancel();
      return [];
    }
    return found.map(templateItem);
  });
  const options = {
    title: vscode.l10n.t("New Entry Script"),
    placeHolder: vscode.l10n.t("What does run() take?"),
    matchOnDetail: true,
  };
  const picked = await vscode.window.showQuickPick(items, options, cancellation.token);
  cancellation.dispose();
  if (problem) {
    void showProblem(problem);
  }
  return picked?.template;
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 1) {
    const placeHolder = vscode.l10n.t("Which folder gets the entry script?");
    return (await vscode.window.showWorkspaceFolderPick({ placeHolder }))?.uri;
  }
  return folders[0]?.uri ?? anyFolder();
}

async function anyFolder(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t("Which folder gets the entry script?"),
    openLabel: vscode.l10n.t("Create Here"),
  });
  return chosen?.[0];
}

/** Whether a template's files are new in a folder, or may be overwritten. */
async function mayWrite(template: Template, folder: vscode.Uri): Promise<boolean> {
  const existing = await existingFiles(template, folder.fsPath, async (file) => {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.file(file));
      return true;
    } catch {
      return false;
    }
  });
  if (existing.length === 0) {
    return true;
  }
  const overwrite = vscode.l10n.t("Overwrite");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("{0} exists already.", existing.join(", ")),
    {
      modal: true,
      detail: vscode.l10n.t(
        "To keep it, right-click another folder in the Explorer and choose New Entry Script there.",
      ),
    },
    overwrite,
  );
  return answer === overwrite;
}

function isProblem(found: object): found is Problem {
  return "message" in found;
}
