import * as vscode from "vscode";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import type { DebugpyConfiguration } from "./debugpyConfiguration";
import { joinFailure, joining } from "./joining";
import { DEBUG_TYPE } from "./launchAttributes";
import {
  type AnnouncedWorker,
  subprocessName,
  workerConfiguration,
  workerName,
} from "./workerConfiguration";
import { WorkerNumbers } from "./workerNumbers";

/** debugpy's announcement that a process of the debuggee waits for a debugger. */
const ATTACH_EVENT = "debugpyAttach";

/** Opens a session for each process that a server, or a worker of it, starts. */
export class ChildSessions implements vscode.Disposable {
  /** By the session that VS Code was asked to start; gone with it. */
  private readonly roots = new Map<string, WorkerNumbers>();
  private readonly subscriptions = vscode.Disposable.from(
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ event, body, session }) => {
      if (event === ATTACH_EVENT && session.type === DEBUG_TYPE) {
        void this.join(body as AnnouncedWorker, session);
      }
    }),
    vscode.debug.onDidTerminateDebugSession(({ id }) => this.roots.delete(id)),
  );

  private async join(announced: AnnouncedWorker, parent: vscode.DebugSession): Promise<void> {
    const root = rootOf(parent);
    const configuration = workerConfiguration(announced, this.nameOf(announced, parent));
    log.info(`${configuration.name} joins ${root.name}`);
    const how = await joining(
      vscode.debug.startDebugging(
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
      ),
    );
    // A server that has ended meanwhile takes its workers along.
    if (how !== "joined" && this.roots.has(root.id)) {
      void showProblem(joinFailure(configuration.name, how));
    }
  }

  private nameOf({ subProcessId }: AnnouncedWorker, parent: vscode.DebugSession): string {
    const root = rootOf(parent);
    const numbers = this.roots.get(root.id) ?? new WorkerNumbers();
    this.roots.set(root.id, numbers);
    return parent === root && hasWorkers(root)
      ? workerName(numbers.claim(subProcessId), subProcessId)
      : subprocessName(subProcessId);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }
}

/**
 * Whether what a server starts is a worker: behind waitress it scores by itself, and what it starts
 * is the script's. Of a process that was attached to, nobody knows.
 */
function hasWorkers({ configuration }: vscode.DebugSession): boolean {
  const { args = [] } = configuration as unknown as Partial<DebugpyConfiguration>;
  const isLaunch = configuration.request === "launch";
  return isLaunch && process.platform !== "win32" && !args.includes("waitress");
}

/** The session that VS Code was asked to start, of which a worker's session descends. */
function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  return session.parentSession ? rootOf(session.parentSession) : session;
}
