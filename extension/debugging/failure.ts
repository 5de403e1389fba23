import * as l10n from "@vscode/l10n";
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
        title: l10n.t("Copy pip install {0}", failed.missing_distribution),
        text: `"${python}" -m pip install ${failed.missing_distribution}`,
      },
    );
  }
  if (failed.file && failed.line) {
    actions.push({ kind: "openFile", file: failed.file, line: failed.line });
  }
  return {
    message: failed.missing_module
      ? l10n.t("{0}. {1} does not have it.", failed.message, python)
      : failed.message,
    actions: actions.length > 0 ? actions : [{ kind: "showDebugConsole" }],
  };
}

/** What to tell the user when the code that was saved cannot be served. */
export function reloadFailure(failed: ScriptFailure, python: string): Problem {
  const problem = startFailure(failed, python);
  const whatGoesOn = l10n.t("The saved code cannot be served, and the code from before goes on.");
  return { ...problem, message: `${whatGoesOn} ${problem.message}` };
}

/** What to tell the user when a server ended before it was ready and did not say why. */
export function silentEnd(exitCode: number | undefined): Problem {
  return {
    message:
      exitCode === undefined
        ? l10n.t("The server ended before it was ready. Its last words are in the Debug Console.")
        : l10n.t(
            "The server ended with exit code {0} before it was ready. Its last words are in the Debug Console.",
            exitCode,
          ),
    actions: [{ kind: "showDebugConsole" }],
  };
}

/** What to tell the user when debugpy's adapter is gone in the middle of a session. */
export function adapterDeath(how: string): Problem {
  return {
    message: l10n.t(
      "The debug adapter ended unexpectedly ({0}), and the server with it. Start again with F5.",
      how,
    ),
    actions: [{ kind: "showLog" }],
  };
}

/** What to tell the user when the adapter of an attach is gone. */
export function attachAdapterDeath(how: string): Problem {
  return {
    message: l10n.t(
      "The debug adapter ended unexpectedly ({0}). The server goes on without a debugger.",
      how,
    ),
    actions: [{ kind: "showLog" }],
  };
}
