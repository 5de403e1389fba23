import type { Problem, ProblemAction } from "../common/problem";
import type { ScriptFailure } from "./serverEvents";

/** What to tell the user when the server says why it cannot serve. */
export function startFailure(failed: ScriptFailure, python: string): Problem {
  const actions: ProblemAction[] = [];
  if (failed.is_setting) {
    actions.push({ kind: "openLaunchJson" });
  }
  if (failed.missing_module && failed.missing_distribution) {
    actions.push(
      { kind: "selectInterpreter" },
      {
        kind: "copy",
        title: `Copy pip install ${failed.missing_distribution}`,
        text: `"${python}" -m pip install ${failed.missing_distribution}`,
      },
    );
  }
  if (failed.file && failed.line) {
    actions.push({ kind: "openFile", file: failed.file, line: failed.line });
  }
  return {
    message: failed.missing_module
      ? `${failed.message}. ${python} does not have it.`
      : failed.message,
    actions: actions.length > 0 ? actions : [{ kind: "showDebugConsole" }],
  };
}

/** What to tell the user when the code that was saved cannot be served. */
export function reloadFailure(failed: ScriptFailure, python: string): Problem {
  const problem = startFailure(failed, python);
  const whatGoesOn = "The saved code cannot be served, and the code from before goes on.";
  return { ...problem, message: `${whatGoesOn} ${problem.message}` };
}

/** What to tell the user when a server ended before it was ready and did not say why. */
export function silentEnd(exitCode: number | undefined): Problem {
  const status = exitCode === undefined ? "" : ` with exit code ${exitCode}`;
  return {
    message: `The server ended${status} before it was ready. Its last words are in the Debug Console.`,
    actions: [{ kind: "showDebugConsole" }],
  };
}

/** What to tell the user when debugpy's adapter is gone in the middle of a session. */
export function adapterDeath(how: string): Problem {
  return {
    message: `The debug adapter ended unexpectedly (${how}), and the server with it. Start again with F5.`,
    actions: [{ kind: "showLog" }],
  };
}

/** What to tell the user when the adapter of an attach is gone. */
export function attachAdapterDeath(how: string): Problem {
  return {
    message: `The debug adapter ended unexpectedly (${how}). The server goes on without a debugger.`,
    actions: [{ kind: "showLog" }],
  };
}
