import * as vscode from "vscode";
import type { ServerSessions } from "./serverSessions";

/** Connects VS Code with debugpy's own adapter. */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(
    private readonly adapter: string,
    private readonly servers: ServerSessions,
  ) {}

  /**
   * Two cases:
   * 1. A worker's session: the adapter that runs already listens for it at `connect`.
   * 2. A launch: an adapter of its own, run by the interpreter that runs the script.
   */
  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const connect = session.configuration["connect"] as { host?: string; port: number } | undefined;
    return connect
      ? new vscode.DebugAdapterServer(connect.port, connect.host ?? "127.0.0.1")
      : new vscode.DebugAdapterInlineImplementation(this.servers.open(session, this.adapter));
  }
}
