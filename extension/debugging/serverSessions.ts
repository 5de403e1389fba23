import * as vscode from "vscode";
import { log } from "../common/log";
import type { Problem } from "../common/problem";
import type { SessionReport } from "../common/sessionReport";
import { showProblem } from "../common/showProblem";
import { AdapterProcess } from "./adapterProcess";
import { AdapterRelay, type RelayListener } from "./adapterRelay";
import { type DebugpyConfiguration, EVENTS_VARIABLE, isBatchRun } from "./debugpyConfiguration";
import { adapterDeath, reloadFailure, silentEnd, startFailure } from "./failure";
import { endProcessGroup } from "./processGroup";
import { type ServerEvent, ServerEvents } from "./serverEvents";
import { StartDiagnostics } from "./startDiagnostics";

type Happening = SessionReport extends infer Report
  ? Report extends SessionReport
    ? Omit<Report, "sessionId" | "entryScript">
    : never
  : never;

/** One server under the debugger: what it says of itself, and what has to end with it. */
class ServerSession implements RelayListener {
  private readonly events: ServerEvents;
  private readonly python: string;
  private readonly script: string;
  private processId: number | undefined;
  private exitCode: number | undefined;
  /** Nothing more has to be said about how the server ended. */
  private settled = false;
  /** No server, but a run over files: it listens nowhere, and ends by itself. */
  private readonly isBatch: boolean;

  constructor(
    private readonly session: vscode.DebugSession,
    private readonly diagnostics: StartDiagnostics,
    /** The ports of servers that have ended, by entry script. */
    private readonly lastPorts: Map<string, number>,
    private readonly report: (report: SessionReport) => void,
  ) {
    const configuration = session.configuration as unknown as DebugpyConfiguration;
    const { python, env, args } = configuration;
    this.isBatch = isBatchRun(configuration);
    this.python = python[0] ?? "";
    this.script = args[args.indexOf("--entry_script") + 1] ?? "";
    diagnostics.clear(this.script);
    this.tell({ kind: "opened" });
    this.events = new ServerEvents(env[EVENTS_VARIABLE] ?? "", (event) => this.onEvent(event));
  }

  lastPort(): number | undefined {
    return this.lastPorts.get(this.script);
  }

  debuggeeStarted(processId: number): void {
    this.processId = processId;
  }

  debuggeeExited(code: number): void {
    this.exitCode = code;
  }

  stopRequested(): void {
    // What the server said before it was told to stop still counts.
    this.events.read();
    this.settled = true;
  }

  adapterDied(how: string): void {
    this.settled = true;
    this.fail(adapterDeath(how));
  }

  end(): void {
    this.events.read();
    this.events.dispose();
    if (this.processId !== undefined) {
      endProcessGroup(this.processId);
    }
    if (!this.settled && !this.isBatch) {
      this.settled = true;
      this.fail(silentEnd(this.exitCode));
    }
    this.tell({ kind: "ended" });
  }

  private fail(problem: Problem): void {
    this.tell({ kind: "failed", reason: problem.message });
    void showProblem(problem);
  }

  private tell(what: Happening): void {
    if (this.isBatch) {
      return;
    }
    this.report({ sessionId: this.session.id, entryScript: this.script, ...what });
  }

  private onEvent(event: ServerEvent): void {
    const { name } = this.session;
    switch (event.event) {
      case "listening":
        log.info(`${name}: listening on ${event.url}`);
        this.lastPorts.set(this.script, Number(new URL(event.url).port));
        this.tell({ kind: "listening", url: event.url, pid: event.pid });
        return;
      case "ready":
        this.settled = true;
        log.info(`${name}: ready`);
        this.tell({ kind: "ready" });
        return;
      case "failed":
        if (!this.settled) {
          this.settled = true;
          this.diagnostics.show(this.script, event);
          this.fail(startFailure(event, this.python));
        }
        return;
      case "reloaded":
        log.info(`${name}: the script has been loaded anew`);
        this.diagnostics.clear(this.script);
        this.tell({ kind: "reloaded" });
        return;
      case "reloadFailed":
        this.diagnostics.show(this.script, event);
        void showProblem(reloadFailure(event, this.python));
        return;
    }
  }
}

/** The servers that run under the debugger of this window. */
export class ServerSessions implements vscode.Disposable {
  private readonly servers = new Map<string, ServerSession>();
  private readonly diagnostics = new StartDiagnostics();
  private readonly lastPorts = new Map<string, number>();
  private readonly reports = new vscode.EventEmitter<SessionReport>();
  /** What becomes of each server, for whoever shows it. */
  readonly onDidReport = this.reports.event;

  /** Start the adapter of a launch and watch over its server. */
  open(session: vscode.DebugSession, adapter: string): vscode.DebugAdapter {
    const { python, cwd } = session.configuration as unknown as DebugpyConfiguration;
    const program = { python: python[0] ?? "", script: adapter, cwd };
    const server = new ServerSession(session, this.diagnostics, this.lastPorts, (report) =>
      this.reports.fire(report),
    );
    this.servers.set(session.id, server);
    return new AdapterRelay((listener) => new AdapterProcess(program, listener), server);
  }

  register(): vscode.Disposable {
    return vscode.debug.onDidTerminateDebugSession((session) => {
      this.servers.get(session.id)?.end();
      this.servers.delete(session.id);
    });
  }

  /** The window closes: nothing that it started stays behind. */
  dispose(): void {
    for (const server of this.servers.values()) {
      server.stopRequested();
      server.end();
    }
    this.servers.clear();
    this.diagnostics.dispose();
    this.reports.dispose();
  }
}
