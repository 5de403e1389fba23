import { type ChildProcess, spawn } from "node:child_process";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type AdapterChannel, type AdapterListener, converse } from "./adapterChannel";

/** How an adapter is run. */
export interface AdapterProgram {
  readonly python: string;
  readonly script: string;
  readonly cwd: string;
  /** Variables beside those of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

/** debugpy's adapter as a process of ours, spoken to over its standard streams. */
export class AdapterProcess implements AdapterChannel {
  private readonly child: ChildProcess;
  private readonly write: AdapterChannel["send"];

  constructor(program: AdapterProgram, listener: AdapterListener) {
    const { python, script, cwd } = program;
    const env = { ...process.env, ...program.env };
    // -E: PYTHONPATH is for the debuggee, not for the adapter.
    const child = spawn(python, ["-E", script], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
    if (!child.stdin || !child.stdout) {
      throw new Error(`${python} could not be started.`);
    }
    this.child = child;
    this.write = converse(child.stdout, child.stdin, listener);
    child.on("error", (error) => listener.ended(error.message));
    child.on("exit", (code, signal) => listener.ended(signal ?? `exit code ${code}`));
  }

  send(message: DebugProtocol.ProtocolMessage): Promise<void> {
    return this.write(message);
  }

  /** It has nothing to put in order, and one that hangs would not hear anything gentler. */
  close(): void {
    this.child.kill("SIGKILL");
  }
}
