import * as vscode from "vscode";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import { DEBUG_TYPE } from "./launchAttributes";
import { type AnnouncedWorker, workerConfiguration } from "./workerConfiguration";

/** debugpy's announcement that a process of the debuggee waits for a debugger. */
const ATTACH_EVENT = "debugpyAttach";

/** Opens a session for each worker that the server forks. */
export function registerChildSessions(): vscode.Disposable {
  return vscode.debug.onDidReceiveDebugSessionCustomEvent(async ({ event, body, session }) => {
    if (event !== ATTACH_EVENT || session.type !== DEBUG_TYPE) {
      return;
    }
    const root = rootOf(session);
    const configuration = workerConfiguration(body as AnnouncedWorker, root.configuration["args"]);
    log.info(`${configuration.name} joins ${root.name}`);
    const started = await vscode.debug.startDebugging(
      root.workspaceFolder,
      { ...configuration },
      {
        parentSession: root,
        // Stop and Restart on a worker mean the server: it would be left without the worker.
        lifecycleManagedByParent: true,
        consoleMode: vscode.DebugConsoleMode.MergeWithParent,
        compact: true,
        suppressSaveBeforeStart: true,
      },
    );
    if (!started) {
      void showProblem({
        message: `The debugger could not join ${configuration.name}: its breakpoints will not be hit. Stop and start again.`,
        actions: [{ kind: "showLog" }],
      });
    }
  });
}

/** The session that VS Code was asked to start, of which a worker's session descends. */
function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  return session.parentSession ? rootOf(session.parentSession) : session;
}
