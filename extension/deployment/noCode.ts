import * as path from "node:path";
import * as vscode from "vscode";
import type { ScriptPython } from "../common/interpreter";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { chosenModel } from "./chosenModel";

/** What `azmlinfsrv serve-model --eject --json` says. */
interface Ejected {
  readonly script: string;
}

/** What is known of the running servers, for whoever shows it. */
export interface ServerFigures {
  /** Have it brought up to date until this is disposed of. */
  follow(): vscode.Disposable;
  /** Bring it up to date now. */
  refresh(): Promise<unknown>;
}

/** The command "Serve Model": a server without an entry script, as a task. */
export async function serveModel(
  python: ScriptPython,
  servers: ServerFigures,
  argument: unknown,
): Promise<void> {
  const model = await modelOf(argument);
  if (!model) {
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(model);
  const interpreter = await python.interpreter(undefined, folder?.uri.fsPath);
  if ("message" in interpreter) {
    return showProblem(interpreter);
  }
  const { executable, activation } = interpreter;
  const words = [
    ...[python.bootstrap, "serve-model", "--model", model.fsPath],
    ...["--host", "127.0.0.1", "--port", "auto", "--docs"],
  ];
  // Not in a shell, whose quotes differ; a task's terminal stays, with the error, when it has ended.
  const task = new vscode.Task(
    { type: "process" },
    folder ?? vscode.TaskScope.Workspace,
    vscode.l10n.t("Serve {0}", path.basename(model.fsPath)),
    "Azure ML",
    new vscode.ProcessExecution(executable, words, {
      cwd: path.dirname(model.fsPath),
      env: activation,
    }),
  );
  task.isBackground = true;
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  followUntilEnd(servers, await vscode.tasks.executeTask(task));
}

/**
 * The view of the servers looks at them once it is shown, but in a folder without an entry script
 * it is shown for a server only: somebody else has to see that one first.
 */
function followUntilEnd(servers: ServerFigures, execution: vscode.TaskExecution): void {
  const following = servers.follow();
  const ending = vscode.tasks.onDidEndTask(async (end) => {
    if (end.execution !== execution) {
      return;
    }
    ending.dispose();
    // Without a last look the view would go on showing what has ended.
    await servers.refresh();
    following.dispose();
  });
}

/** The command "Eject Entry Script": the script that serves a model, to be changed. */
export async function ejectScript(commands: BackendCommands, argument: unknown): Promise<void> {
  const model = await modelOf(argument);
  if (!model) {
    return;
  }
  const name = path.basename(model.fsPath);
  const folder = vscode.workspace.getWorkspaceFolder(model)?.uri.fsPath;
  const target = folder ?? path.dirname(model.fsPath);
  const outcome = await commands.runReplacing<Ejected>(
    vscode.l10n.t("Writing the entry script of {0}", name),
    ["serve-model", "--model", model.fsPath, "--eject", path.join(target, "score.py")],
    target,
  );
  if (outcome.kind === "failed") {
    return showProblem(outcome.problem);
  }
  if (outcome.kind === "printed") {
    await vscode.window.showTextDocument(vscode.Uri.file(outcome.value.script));
  }
}

async function modelOf(argument: unknown): Promise<vscode.Uri | undefined> {
  return argument instanceof vscode.Uri ? argument : chosenModel(vscode.l10n.t("Choose"));
}
