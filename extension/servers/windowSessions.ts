import * as vscode from "vscode";
import type { SessionReport } from "../common/sessionReport";
import { afterReport, type LaunchedServer } from "./launchedServers";

const DEBUG_TYPE = "azmlinfsrv";
/** What lets a paused program run on; debugpy does not announce it by an event of its own. */
const RESUMING = new Set(["continue", "next", "stepIn", "stepOut", "disconnect", "terminate"]);

interface Message {
  readonly type: string;
  readonly event?: string;
  readonly command?: string;
}

/** The debug sessions of this window that have to do with a server. */
export class Sessions implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  launched: readonly LaunchedServer[] = [];
  readonly attached = new Map<number, string>();
  readonly stopping = new Set<number>();
  private readonly roots = new Map<string, vscode.DebugSession>();
  /** By a session in which something has stopped: the one that was started first. */
  private readonly stopped = new Map<string, string>();
  private readonly subscriptions: vscode.Disposable;

  constructor(reports: vscode.Event<SessionReport>) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      reports((report) => {
        this.launched = afterReport(this.launched, report, Date.now());
        this.changed.fire();
      }),
      vscode.debug.onDidStartDebugSession((session) => this.began(session)),
      vscode.debug.onDidTerminateDebugSession((session) => this.ended(session)),
      vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => ({
          onWillReceiveMessage: (message: Message) => {
            if (message.type === "request" && RESUMING.has(message.command ?? "")) {
              this.resumed(session);
            }
          },
          onDidSendMessage: ({ type, event }: Message) => {
            if (type === "event" && event === "stopped") {
              this.stopped.set(session.id, rootOf(session).id);
              this.changed.fire();
            } else if (type === "event" && event === "continued") {
              this.resumed(session);
            }
          },
        }),
      }),
    );
  }

  /** The sessions of which something has stopped. */
  get paused(): ReadonlySet<string> {
    return new Set(this.stopped.values());
  }

  session(id: string | undefined): vscode.DebugSession | undefined {
    return id === undefined ? undefined : this.roots.get(id);
  }

  /** Note that a server has been told to end, until that is over; its workers go before it does. */
  async whileStopping<T>(pid: number, stop: () => PromiseLike<T>): Promise<T> {
    this.stopping.add(pid);
    this.changed.fire();
    try {
      return await stop();
    } finally {
      this.stopping.delete(pid);
      this.changed.fire();
    }
  }

  /** Show a server that has failed no longer. */
  dismiss(sessionId: string): void {
    this.launched = this.launched.filter(
      (each) => each.sessionId !== sessionId || each.state !== "failed",
    );
    this.changed.fire();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private began(session: vscode.DebugSession): void {
    if (session.type !== DEBUG_TYPE || session.parentSession) {
      return;
    }
    this.roots.set(session.id, session);
    const server = session.configuration["server"] as { readonly pid: number } | undefined;
    if (server) {
      this.attached.set(server.pid, session.id);
    }
    this.changed.fire();
  }

  private ended(session: vscode.DebugSession): void {
    this.stopped.delete(session.id);
    this.roots.delete(session.id);
    for (const [pid, id] of this.attached) {
      if (id === session.id) {
        this.attached.delete(pid);
      }
    }
    this.changed.fire();
  }

  private resumed(session: vscode.DebugSession): void {
    if (this.stopped.delete(session.id)) {
      this.changed.fire();
    }
  }
}

function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  return session.parentSession ? rootOf(session.parentSession) : session;
}
