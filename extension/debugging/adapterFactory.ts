import * as vscode from "vscode";
import type { DebugpyConfiguration } from "./debugpyConfiguration";

/** Connects VS Code with debugpy's own adapter. */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(private readonly adapter: string) {}

  /**
   * Two cases:
   * 1. A worker's session: the adapter that runs already listens for it at `connect`.
   * 2. A launch: an adapter of its own, run by the interpreter that runs the script.
   */
  createDebugAdapterDescriptor({
    configuration,
  }: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const connect = configuration["connect"] as { host?: string; port: number } | undefined;
    if (connect) {
      return new vscode.DebugAdapterServer(connect.port, connect.host ?? "127.0.0.1");
    }
    const { python, cwd } = configuration as unknown as DebugpyConfiguration;
    // -E: the script's PYTHONPATH is the debuggee's, not the adapter's.
    return new vscode.DebugAdapterExecutable(python[0] ?? "python3", ["-E", this.adapter], { cwd });
  }
}
