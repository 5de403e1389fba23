import * as path from "node:path";
import * as vscode from "vscode";
import { type CommandEnd, runCommand } from "../common/commandRun";
import type { ScriptPython } from "../common/interpreter";
import type { Problem } from "../common/problem";
import { type Failure, failureOf } from "./failure";

/** How a subcommand has ended: with what it printed, with a problem, or called off by the user. */
export type Outcome<T> =
  | { readonly kind: "printed"; readonly value: T }
  | ({ readonly kind: "failed" } & Failure)
  | { readonly kind: "cancelled" };

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
      return controller.signal.aborted ? { kind: "cancelled" } : outcome<T>(end, cwd);
    } finally {
      this.running.delete(controller);
    }
  }

  dispose(): void {
    for (const controller of this.running) {
      controller.abort();
    }
  }
}

function outcome<T>(end: CommandEnd, cwd: string): Outcome<T> {
  return end.code === 0
    ? { kind: "printed", value: JSON.parse(end.stdout) as T }
    : { kind: "failed", ...failureOf(end, (file) => path.resolve(cwd, file)) };
}

function failed(problem: Problem): Outcome<never> {
  return { kind: "failed", problem, exists: false };
}
