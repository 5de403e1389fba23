import * as path from "node:path";
import * as vscode from "vscode";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import { DEBUG_TYPE } from "./launchAttributes";

/** debugpy's announcement that a process of the debuggee waits for a debugger. */
const ATTACH_EVENT = "debugpyAttach";

/** Opens a session for each worker that the server forks. */
export function registerChildSessions(): vscode.Disposable {
  return vscode.debug.onDidReceiveDebugSessionCustomEvent(async ({ event, body, session }) => {
    if (event !== ATTACH_EVENT || session.type !== DEBUG_TYPE) {
      return;
    }
    const root = rootOf(session);
    const configuration: vscode.DebugConfiguration = {
      ...(body as Record<string, unknown>),
      type: DEBUG_TYPE,
      request: "attach",
      name: childName(root, body as { subProcessId?: number }),
    };
    log.info(`${configuration.name} joins ${root.name}`);
    const started = await vscode.debug.startDebugging(root.workspaceFolder, configuration, {
      parentSession: root,
      // Stop and Restart on a worker mean the server: it would be left without the worker.
      lifecycleManagedByParent: true,
      consoleMode: vscode.DebugConsoleMode.MergeWithParent,
      compact: true,
      suppressSaveBeforeStart: true,
    });
    if (!started) {
      await showProblem({
        message: `The debugger could not join ${configuration.name}: its breakpoints will not be hit. Stop and start again.`,
        actions: [{ kind: "showLog" }],
      });
    }
  });
}

/** The session that VS Code was asked to start, of which a worker's session descends. */
export function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  return session.parentSession ? rootOf(session.parentSession) : session;
}

function childName(root: vscode.DebugSession, { subProcessId }: { subProcessId?: number }): string {
  const args = (root.configuration["args"] ?? []) as string[];
  const script = args[args.indexOf("--entry_script") + 1] ?? "worker";
  return `${path.basename(script)} worker ${subProcessId ?? ""}`.trim();
}
