import * as vscode from "vscode";
import type { KnownServer } from "../common/serverDirectory";
import type { SessionReport } from "../common/sessionReport";
import { LogFileFollower } from "./logFileFollower";
import { outdated } from "./retention";
import { ServerLog } from "./serverLog";

const DEBUG_TYPE = "azmlinfsrv";
const SWEEP_MS = 60_000;

interface OutputEvent {
  readonly type: string;
  readonly event?: string;
  readonly body?: { readonly category?: string; readonly output?: string };
}

/** Where the logs come from. */
export interface LogSources {
  /** What the debug sessions of this window tell of the servers that they have launched. */
  readonly reports: vscode.Event<SessionReport>;
  /** The file in which a server keeps its last lines; undefined if it keeps none. */
  logFile(pid: number): Promise<string | undefined>;
}

/**
 * The logs of the servers that this window has launched, and of those whose log was asked for.
 *
 * What a launched server prints comes as output of its session: the root's, whose launcher reads
 * for all workers. A worker's own session brings what logpoints say. A server in a terminal, also
 * in VS Code's own, is read from the file that it keeps.
 */
export class ServerLogs implements vscode.Disposable {
  private readonly logs = new Set<ServerLog>();
  /** Where the sessions' programs print, as their configurations say. */
  private readonly consoles = new Map<string, unknown>();
  private readonly changes = new vscode.EventEmitter<ServerLog>();
  readonly onDidChange = this.changes.event;
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly sources: LogSources) {
    const timer = setInterval(() => this.sweep(), SWEEP_MS);
    this.subscriptions = vscode.Disposable.from(
      this.changes,
      new vscode.Disposable(() => clearInterval(timer)),
      sources.reports((report) => this.hear(report)),
      vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
        createDebugAdapterTracker: (session) => {
          this.consoles.set(session.id, session.configuration["console"]);
          return {
            onDidSendMessage: (message: OutputEvent) => this.listen(session, message),
            onExit: () => this.consoles.delete(session.id),
          };
        },
      }),
    );
  }

  /** The youngest first. */
  get all(): readonly ServerLog[] {
    return [...this.logs].reverse();
  }

  of(server: Pick<KnownServer, "pid" | "sessionId">): ServerLog | undefined {
    return this.all.find(
      (log) =>
        (log.sessionId !== undefined && log.sessionId === server.sessionId) ||
        (log.ended === undefined && log.address?.pid === server.pid),
    );
  }

  /** The log of a server that nobody has asked for yet; undefined if it keeps none. */
  async read(server: KnownServer): Promise<ServerLog | undefined> {
    const known = this.of(server);
    if (known) {
      return known;
    }
    const file = await this.sources.logFile(server.pid);
    if (file === undefined) {
      return undefined;
    }
    const log = this.begin(server.entryScript, undefined);
    log.address = server;
    this.followFile(log, file);
    return log;
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const log of this.logs) {
      log.dispose();
    }
    this.logs.clear();
  }

  private begin(entryScript: string, sessionId: string | undefined): ServerLog {
    const log = new ServerLog(entryScript, sessionId, (changed) => this.changes.fire(changed));
    this.logs.add(log);
    return log;
  }

  private hear(report: SessionReport): void {
    const log = this.launched(report.sessionId);
    switch (report.kind) {
      case "opened":
        // A session that is restarted keeps its id.
        log?.end(false);
        this.close(log);
        this.begin(report.entryScript, report.sessionId);
        return;
      case "listening":
        if (log) {
          log.address = report;
          this.replaceEnded(log);
          log.open();
          void this.followTerminal(log, report);
        }
        return;
      case "failed":
        if (log) {
          log.hasFailed = true;
          log.open();
        }
        return;
      case "ended":
        log?.end(log.hasFailed);
        return;
      case "ready":
      case "reloaded":
        return;
    }
  }

  private launched(sessionId: string): ServerLog | undefined {
    return this.all.find((log) => log.sessionId === sessionId);
  }

  private listen(session: vscode.DebugSession, { type, event, body }: OutputEvent): void {
    if (type === "event" && event === "output" && body?.category !== "telemetry") {
      const category = body?.category ?? "console";
      this.launched(rootOf(session).id)?.add(body?.output ?? "", `${session.id} ${category}`);
    }
  }

  /** What a server prints to a terminal is no output of its session. */
  private async followTerminal(log: ServerLog, { pid }: { readonly pid: number }): Promise<void> {
    const console = this.consoles.get(log.sessionId ?? "");
    if (console === "integratedTerminal" || console === "externalTerminal") {
      const file = await this.sources.logFile(pid);
      if (file !== undefined && this.logs.has(log)) {
        this.followFile(log, file);
      }
    }
  }

  private followFile(log: ServerLog, file: string): void {
    log.follow(
      new LogFileFollower(
        file,
        (text) => log.add(text),
        () => log.end(false),
      ),
    );
  }

  /** The log of a server that ended gives its name to that of its successor,. */
  private replaceEnded(successor: ServerLog): void {
    for (const log of this.all) {
      if (log !== successor && log.ended !== undefined && log.name === successor.name) {
        this.close(log);
      }
    }
  }

  private sweep(): void {
    for (const log of outdated(this.all, Date.now())) {
      this.close(log);
    }
  }

  private close(log: ServerLog | undefined): void {
    if (log) {
      log.dispose();
      this.logs.delete(log);
    }
  }
}

function rootOf(session: vscode.DebugSession): vscode.DebugSession {
  return session.parentSession ? rootOf(session.parentSession) : session;
}
