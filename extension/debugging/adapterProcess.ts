import { type ChildProcess, spawn } from "node:child_process";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Message, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

/** How an adapter is run. */
export interface AdapterProgram {
  readonly python: string;
  readonly script: string;
  readonly cwd: string;
  /** Variables beside those of the extension host. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface AdapterListener {
  message(message: DebugProtocol.ProtocolMessage): void;
  /** The adapter is gone; `how` says with which status or signal. */
  ended(how: string): void;
}

/**
 * debugpy's adapter as a process of ours, spoken to over its standard streams.
 *
 * DAP frames its messages as JSON-RPC does, so the framing is vscode-jsonrpc's.
 */
export class AdapterProcess {
  private readonly child: ChildProcess;
  private readonly writer: StreamMessageWriter;

  constructor(program: AdapterProgram, listener: AdapterListener) {
    const { python, script, cwd } = program;
    const env = { ...process.env, ...program.env };
    // -E: PYTHONPATH is for the debuggee, not for the adapter.
    const child = spawn(python, ["-E", script], { cwd, env, stdio: ["pipe", "pipe", "ignore"] });
    if (!child.stdin || !child.stdout) {
      throw new Error(`${python} could not be started.`);
    }
    this.child = child;
    this.writer = new StreamMessageWriter(child.stdin);
    new StreamMessageReader(child.stdout).listen((message) =>
      listener.message(message as unknown as DebugProtocol.ProtocolMessage),
    );
    child.on("error", (error) => listener.ended(error.message));
    child.on("exit", (code, signal) => listener.ended(signal ?? `exit code ${code}`));
  }

  async send(message: DebugProtocol.ProtocolMessage): Promise<void> {
    // An adapter that is gone reads nothing; its end is reported on its own.
    await this.writer.write(message as unknown as Message).catch(() => undefined);
  }

  kill(): void {
    this.child.kill();
  }
}
