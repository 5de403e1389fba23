import type { DebugProtocol } from "@vscode/debugprotocol";
import * as vscode from "vscode";
import type { AdapterChannel, AdapterListener } from "./adapterChannel";
import { fromAdapter, toAdapter, withLastPort } from "./adapterRules";

/** debugpy's announcement that an attach with `listen` has begun to. */
const WAITING_EVENT = "debugpyWaitingForServer";

/** What the owner of a relay hears of the conversation. */
export interface RelayListener {
  /** The port that the same server had when it ran before. */
  lastPort?(): number | undefined;
  /** The debuggee was started; it leads a process group of its own. */
  debuggeeStarted?(processId: number): void;
  debuggeeExited?(code: number): void;
  /** The adapter waits for a debuggee that connects to it. */
  waitsForDebuggee?(host: string, port: number): void;
  /** VS Code asks to end the session. */
  stopRequested?(): void;
  /** The adapter ended although nobody asked it to. */
  adapterDied(how: string): void;
}

/** Stands between VS Code and debugpy's adapter and passes on what they say, by adapterRules. */
export class AdapterRelay implements vscode.DebugAdapter {
  private readonly sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;
  private readonly adapter: AdapterChannel;
  private over = false;

  constructor(
    open: (listener: AdapterListener) => AdapterChannel,
    private readonly listener: RelayListener,
  ) {
    this.adapter = open({
      message: (message) => this.fromAdapter(message),
      ended: (how) => this.adapterEnded(how),
    });
  }

  handleMessage(received: vscode.DebugProtocolMessage): void {
    const message = withLastPort(
      received as DebugProtocol.ProtocolMessage,
      this.listener.lastPort?.(),
    );
    const { type, command } = message as DebugProtocol.Request;
    if (type === "request" && (command === "disconnect" || command === "terminate")) {
      this.over = true;
      this.listener.stopRequested?.();
    }
    void this.adapter.send(toAdapter(message));
  }

  /** End the session, and leave the debuggee alone. */
  hangUp(): void {
    if (!this.over) {
      this.over = true;
      this.adapter.close();
      this.sendTerminated();
    }
  }

  dispose(): void {
    this.over = true;
    this.adapter.close();
    this.sent.dispose();
  }

  private fromAdapter(message: DebugProtocol.ProtocolMessage): void {
    const { event, body } = message as DebugProtocol.Event;
    if (event === "process") {
      this.listener.debuggeeStarted?.(body.systemProcessId);
    } else if (event === "exited") {
      this.listener.debuggeeExited?.(body.exitCode);
    } else if (event === WAITING_EVENT) {
      this.listener.waitsForDebuggee?.(body.host, body.port);
    } else if (event === "terminated") {
      this.over = true;
    }
    this.sent.fire(fromAdapter(message) as vscode.DebugProtocolMessage);
  }

  private adapterEnded(how: string): void {
    if (this.over) {
      return;
    }
    this.over = true;
    this.listener.adapterDied(how);
    this.sendTerminated();
  }

  private sendTerminated(): void {
    this.sent.fire({ seq: 0, type: "event", event: "terminated" } as vscode.DebugProtocolMessage);
  }
}
