import * as vscode from "vscode";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import { AdapterProcess } from "./adapterProcess";
import { AdapterRelay, type RelayListener } from "./adapterRelay";
import { type DebugpyConfiguration, EVENTS_VARIABLE } from "./debugpyConfiguration";
import { adapterDeath, reloadFailure, silentEnd, startFailure } from "./failure";
import { endProcessGroup } from "./processGroup";
import { type ServerEvent, ServerEvents } from "./serverEvents";
import { StartDiagnostics } from "./startDiagnostics";

/** One server under the debugger: what it says of itself, and what has to end with it. */
class ServerSession implements RelayListener {
  private readonly events: ServerEvents;
  private readonly python: string;
  private readonly script: string;
  private processId: number | undefined;
  private exitCode: number | undefined;
  private readyMessage: vscode.Disposable | undefined;
  /** Nothing more has to be said about how the server ended. */
  private settled = false;

  constructor(
    private readonly session: vscode.DebugSession,
    private readonly diagnostics: StartDiagnostics,
    /** The ports of servers that have ended, by entry script. */
    private readonly lastPorts: Map<string, number>,
  ) {
    const { python, env, args } = session.configuration as unknown as DebugpyConfiguration;
    this.python = python[0] ?? "";
    this.script = args[args.indexOf("--entry_script") + 1] ?? "";
    diagnostics.clear(this.script);
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
    void showProblem(adapterDeath(how));
  }

  end(): void {
    this.events.read();
    this.events.dispose();
    this.readyMessage?.dispose();
    if (this.processId !== undefined) {
      endProcessGroup(this.processId);
    }
    if (!this.settled) {
      this.settled = true;
      void showProblem(silentEnd(this.exitCode));
    }
  }

  private onEvent(event: ServerEvent): void {
    const { name } = this.session;
    switch (event.event) {
      case "listening":
        log.info(`${name}: listening on ${event.url}`);
        this.lastPorts.set(this.script, Number(new URL(event.url).port));
        return;
      case "ready":
        this.settled = true;
        log.info(`${name}: ready`);
        this.readyMessage ??= vscode.window.setStatusBarMessage(
          `$(check) ${name} answers on ${event.url}`,
        );
        return;
      case "failed":
        if (!this.settled) {
          this.settled = true;
          this.diagnostics.show(this.script, event);
          void showProblem(startFailure(event, this.python));
        }
        return;
      case "reloaded":
        log.info(`${name}: the script has been loaded anew`);
        this.diagnostics.clear(this.script);
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

  /** Start the adapter of a launch and watch over its server. */
  open(session: vscode.DebugSession, adapter: string): vscode.DebugAdapter {
    const { python, cwd } = session.configuration as unknown as DebugpyConfiguration;
    const program = { python: python[0] ?? "", script: adapter, cwd };
    const server = new ServerSession(session, this.diagnostics, this.lastPorts);
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
  }
}
