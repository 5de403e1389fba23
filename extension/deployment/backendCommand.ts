import * as vscode from "vscode";
import { runCommand } from "../common/commandRun";
import type { ScriptPython } from "../common/interpreter";
import type { Problem } from "../common/problem";
import { withoutOptions } from "./failure";
import { type Outcome, outcomeOf, replacing } from "./outcome";

/** Subcommands that take their time: with progress, a way to call them off, and their failures. */
export class BackendCommands implements vscode.Disposable {
  private readonly running = new Set<AbortController>();

  constructor(private readonly python: ScriptPython) {}

  /**
   * What a subcommand prints as JSON.
   *
   * @param title what is being done, for people.
   * @param words the subcommand and its options; `--json` is added.
   * @param cwd the folder it runs in.
   */
  async run<T>(title: string, words: readonly string[], cwd: string): Promise<Outcome<T>> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(cwd))?.uri.fsPath;
    const interpreter = await this.python.interpreter(undefined, folder);
    if ("message" in interpreter) {
      return failed(interpreter);
    }
    const { executable, activation } = interpreter;
    const line = {
      executable,
      words: [this.python.bootstrap, ...words, "--json"],
      cwd,
      env: { ...process.env, ...activation },
    };
    const controller = new AbortController();
    this.running.add(controller);
    const options = {
      location: vscode.ProgressLocation.Notification,
      title,
      cancellable: true,
    };
    try {
      const end = await vscode.window.withProgress(options, (progress, cancellation) => {
        cancellation.onCancellationRequested(() => controller.abort());
        const tell = (message: string): boolean => {
          progress.report({ message });
          return false;
        };
        return runCommand(line, tell, controller.signal);
      });
      return outcomeOf<T>(end, controller.signal.aborted, cwd);
    } finally {
      this.running.delete(controller);
    }
  }

  /** The same for what may have to replace something: the user is asked before it does. */
  runReplacing<T>(title: string, words: readonly string[], cwd: string): Promise<Outcome<T>> {
    const attempt = (...options: string[]) => this.run<T>(title, [...words, ...options], cwd);
    return replacing(attempt, mayReplace);
  }

  dispose(): void {
    for (const controller of this.running) {
      controller.abort();
    }
  }
}

function failed(problem: Problem): Outcome<never> {
  return { kind: "failed", problem, exists: false };
}

async function mayReplace({ message }: Problem): Promise<boolean> {
  const replace = vscode.l10n.t("Replace");
  const answer = await vscode.window.showWarningMessage(
    withoutOptions(message),
    { modal: true, detail: vscode.l10n.t("Replace it?") },
    replace,
  );
  return answer === replace;
}
