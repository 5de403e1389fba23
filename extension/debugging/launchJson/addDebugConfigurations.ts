import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Problem } from "../../common/problem";
import { showProblem } from "../../common/showProblem";
import { addEntries } from "./addEntries";
import { type Choice, choicesFor, type FolderToDebug } from "./choices";
import type { Entry } from "./entries";

/** What can be debugged in a workspace folder; the Python side answers. */
export type FindDebuggable = (folder: string) => Promise<Omit<FolderToDebug, "path"> | Problem>;

/** The command "Add Debug Configurations to launch.json". */
export async function addDebugConfigurations(find: FindDebuggable): Promise<void> {
  const workspaceFolders = vscode.workspace.workspaceFolders ?? [];
  if (workspaceFolders.length === 0) {
    void showProblem({
      message: l10n.t(
        "launch.json belongs to a folder, and none is open. Open the entry script's folder.",
      ),
      actions: [{ kind: "openFolder" }],
    });
    return;
  }
  const folders: FolderToDebug[] = [];
  for (const { uri } of workspaceFolders) {
    const found = await find(uri.fsPath);
    if ("message" in found) {
      void showProblem(found);
      return;
    }
    folders.push({ path: uri.fsPath, ...found });
  }
  const chosen = await pick(choicesFor(folders), workspaceFolders.length > 1);
  for (const [folder, entries] of chosen) {
    if (!(await addTo(vscode.Uri.file(folder), entries))) {
      return;
    }
  }
}

/** The chosen entries of each folder; none when the user does not want any. */
async function pick(
  choices: readonly Choice[],
  isMultiRoot: boolean,
): Promise<Map<string, Entry[]>> {
  const items = choices.map((choice) => ({
    label: choice.label,
    description: isMultiRoot
      ? [vscode.workspace.asRelativePath(choice.folder), choice.description].join(" ").trim()
      : choice.description,
    picked: choice.picked,
    choice,
  }));
  const colleagues = {
    label: l10n.t("The same for debugpy"),
    description: l10n.t(
      "for colleagues without this extension, with azmlinfsrv in their environment",
    ),
    choice: undefined,
  };
  const picked = await vscode.window.showQuickPick([...items, colleagues], {
    title: l10n.t("Add to launch.json"),
    placeHolder: l10n.t("What is to be debugged?"),
    canPickMany: true,
    matchOnDescription: true,
  });
  const entries = new Map<string, Entry[]>();
  const isForDebugpy = picked?.includes(colleagues) ?? false;
  for (const { choice } of picked ?? []) {
    if (choice) {
      const ofFolder = entries.get(choice.folder) ?? [];
      ofFolder.push(choice.entry, ...(isForDebugpy ? [choice.debugpyEntry] : []));
      entries.set(choice.folder, ofFolder);
    }
  }
  return entries;
}

/** Add to the launch.json of a folder and show it there; returns whether that could be done. */
async function addTo(folder: vscode.Uri, entries: readonly Entry[]): Promise<boolean> {
  const uri = vscode.Uri.joinPath(folder, ".vscode", "launch.json");
  if (!(await exists(uri))) {
    await vscode.workspace.fs.writeFile(uri, new Uint8Array());
  }
  // As a document, so that what is being written there counts, and so that this can be undone.
  const document = await vscode.workspace.openTextDocument(uri);
  const addition = addEntries(document.getText(), entries);
  if (addition.kind === "unusable") {
    const { line } = document.positionAt(addition.offset);
    void showProblem({
      message: l10n.t(
        "Nothing was added to {0}: it cannot be read as JSON in line {1} ({2}).",
        vscode.workspace.asRelativePath(uri),
        line + 1,
        addition.reason,
      ),
      actions: [{ kind: "openFile", file: uri.fsPath, line: line + 1 }],
    });
    return false;
  }
  if (addition.kind === "added") {
    const { offset, length, content } = addition.edit;
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(
      document.positionAt(offset),
      document.positionAt(offset + length),
    );
    const wasSaved = !document.isDirty;
    edit.replace(uri, range, content);
    await vscode.workspace.applyEdit(edit);
    if (wasSaved) {
      await document.save();
    }
  }
  const position = document.positionAt(addition.offset);
  await vscode.window.showTextDocument(document, {
    selection: new vscode.Range(position, position),
  });
  return true;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
