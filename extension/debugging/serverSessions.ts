import * as vscode from "vscode";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import { rootOf } from "./childSessions";
import { type DebugpyConfiguration, EVENTS_VARIABLE } from "./debugpyConfiguration";
import { silentEnd, startFailure } from "./failure";
import { DEBUG_TYPE } from "./launchAttributes";
import { endProcessGroup } from "./processGroup";
import { type ServerEvent, ServerEvents } from "./serverEvents";

const READY_MESSAGE_MS = 8_000;

/** One server under the debugger: what it says of itself, and what has to end with it. */
class ServerSession {
  private readonly events: ServerEvents;
  private readonly python: string;
  private processId: number | undefined;
  private exitCode: number | undefined;
  private settled = false;
  private stopping = false;

  constructor(private readonly session: vscode.DebugSession) {
    const { python, env } = session.configuration as unknown as DebugpyConfiguration;
    this.python = python[0] ?? "";
    this.events = new ServerEvents(env[EVENTS_VARIABLE] ?? "", (event) => this.onEvent(event));
  }

  /** Messages from VS Code to the adapter. */
  onRequest(message: { command?: string }): void {
    if (message.command === "disconnect" || message.command === "terminate") {
      this.stopping = true;
    }
  }

  /** Messages from the adapter to VS Code. */
  onMessage(message: {
    event?: string;
    body?: { systemProcessId?: number; exitCode?: number };
  }): void {
    if (message.event === "process") {
      this.processId = message.body?.systemProcessId;
    } else if (message.event === "exited") {
      this.exitCode = message.body?.exitCode;
    }
  }

  onAdapterExit(code: number | undefined): void {
    log.info(`${this.session.name}: debug adapter ended${code === undefined ? "" : ` (${code})`}`);
  }

  end(): void {
    this.events.read();
    this.events.dispose();
    if (this.processId !== undefined) {
      endProcessGroup(this.processId);
    }
    if (!this.settled && !this.stopping) {
      void showProblem(silentEnd(this.exitCode));
    }
  }

  private onEvent(event: ServerEvent): void {
    switch (event.event) {
      case "listening":
        log.info(`${this.session.name}: listening on ${event.url}`);
        return;
      case "ready":
        this.settled = true;
        vscode.window.setStatusBarMessage(
          `$(check) ${this.session.name} answers on ${event.url}`,
          READY_MESSAGE_MS,
        );
        return;
      case "failed":
        this.settled = true;
        void showProblem(startFailure(event, this.python));
        return;
    }
  }
}

/** Watches every root session of ours from its first message to its end. */
export class ServerSessions implements vscode.DebugAdapterTrackerFactory {
  private readonly servers = new Map<string, ServerSession>();

  register(): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, this),
      vscode.debug.onDidTerminateDebugSession((session) => {
        this.servers.get(session.id)?.end();
        this.servers.delete(session.id);
      }),
    );
  }

  createDebugAdapterTracker(session: vscode.DebugSession): vscode.DebugAdapterTracker | undefined {
    if (rootOf(session) !== session && session.parentSession) {
      return undefined;
    }
    const server = new ServerSession(session);
    this.servers.set(session.id, server);
    return {
      onWillReceiveMessage: (message) => server.onRequest(message),
      onDidSendMessage: (message) => server.onMessage(message),
      onExit: (code) => server.onAdapterExit(code),
    };
  }

  /** The window closes: nothing that it started stays behind. */
  dispose(): void {
    for (const server of this.servers.values()) {
      server.end();
    }
    this.servers.clear();
  }
}
