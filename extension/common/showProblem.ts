import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { log } from "./log";
import type { Problem, ProblemAction } from "./problem";

export const SELECT_INTERPRETER_COMMAND = "azmlinfsrv.selectInterpreter";

/** Show a problem as an error notification whose buttons mend it. */
export async function showProblem(problem: Problem): Promise<void> {
  log.error(problem.message);
  const titles = problem.actions.map(titleOf);
  const chosen = await vscode.window.showErrorMessage(problem.message, ...titles);
  const action = problem.actions[titles.indexOf(chosen ?? "")];
  if (action) {
    await perform(action);
  }
}

function titleOf(action: ProblemAction): string {
  switch (action.kind) {
    case "openFile":
      return l10n.t("Open {0}", `${path.basename(action.file)}:${action.line}`);
    case "selectInterpreter":
      return l10n.t("Select Interpreter");
    case "copy":
      return action.title;
    case "openLaunchJson":
      return l10n.t("Open launch.json");
    case "openFolder":
      return l10n.t("Open Folder");
    case "manageTrust":
      return l10n.t("Manage Workspace Trust");
    case "restart":
      return l10n.t("Restart Debugging");
    case "showDebugConsole":
      return l10n.t("Show Debug Console");
    case "showLog":
      return l10n.t("Show Log");
  }
}

async function perform(action: ProblemAction): Promise<void> {
  switch (action.kind) {
    case "openFile": {
      const position = new vscode.Position(action.line - 1, 0);
      await vscode.window.showTextDocument(vscode.Uri.file(action.file), {
        selection: new vscode.Range(position, position),
      });
      return;
    }
    case "selectInterpreter":
      await vscode.commands.executeCommand(SELECT_INTERPRETER_COMMAND);
      return;
    case "copy":
      await vscode.env.clipboard.writeText(action.text);
      return;
    case "openLaunchJson":
      await vscode.commands.executeCommand("workbench.action.debug.configure");
      return;
    case "openFolder":
      await vscode.commands.executeCommand("vscode.openFolder");
      return;
    case "manageTrust":
      await vscode.commands.executeCommand("workbench.trust.manage");
      return;
    case "restart":
      await vscode.commands.executeCommand("workbench.action.debug.restart");
      return;
    case "showDebugConsole":
      await vscode.commands.executeCommand("workbench.debug.action.focusRepl");
      return;
    case "showLog":
      log.show();
      return;
  }
}
