import * as vscode from "vscode";
import { FolderOpener } from "./folderOpener";
import { newEntryScript } from "./newEntryScript";
import { offerSetUp, openExample } from "./openExample";
import type { ScriptMaker } from "./templates";

const WALKTHROUGH = "start";

/** New entry scripts, the example and the walkthrough. */
export function registerGettingStarted(
  context: vscode.ExtensionContext,
  maker: ScriptMaker,
): vscode.Disposable {
  const opener = new FolderOpener(context.globalState, offerSetUp);
  const example = vscode.Uri.joinPath(context.extensionUri, "examples", "diabetes");
  void opener.resume();
  return vscode.Disposable.from(
    vscode.commands.registerCommand("azmlinfsrv.newEntryScript", (argument: unknown) =>
      newEntryScript(maker, opener, argument),
    ),
    vscode.commands.registerCommand("azmlinfsrv.openExample", () => openExample(example, opener)),
    vscode.commands.registerCommand("azmlinfsrv.openWalkthrough", () =>
      vscode.commands.executeCommand(
        "workbench.action.openWalkthrough",
        `${context.extension.id}#${WALKTHROUGH}`,
        false,
      ),
    ),
  );
}
