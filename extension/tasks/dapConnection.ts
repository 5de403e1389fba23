import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import * as net from "node:net";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Message, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

/**
 * One conversation with a debug adapter: requests and their answers, and its events by name.
 *
 * DAP frames its messages as JSON-RPC does, so the framing is vscode-jsonrpc's. A conversation
 * that is cut off rejects every request that waits.
 */
export class DapConnection {
  readonly events = new EventEmitter();
  private readonly waiting = new Map<
    number,
    { resolve: (body: unknown) => void; reject: (error: Error) => void }
  >();
  private readonly writer: StreamMessageWriter;
  private sequence = 0;
  private cut: Error | undefined;

  private constructor(
    input: NodeJS.ReadableStream,
    output: NodeJS.WritableStream,
    private readonly hangUp: () => void,
  ) {
    const reader = new StreamMessageReader(input);
    this.writer = new StreamMessageWriter(output);
    reader.listen((message) => this.receive(message as unknown as DebugProtocol.ProtocolMessage));
    const closed = () => this.close(new Error("The debug adapter hung up."));
    reader.onClose(closed);
    reader.onError(closed);
    this.writer.onError(closed);
  }

  /** Start an adapter that talks over its standard streams. */
  static spawn(command: string, words: readonly string[], cwd: string): DapConnection {
    const adapter: ChildProcess = spawn(command, words, { cwd, stdio: ["pipe", "pipe", "ignore"] });
    if (!adapter.stdout || !adapter.stdin) {
      throw new Error(`${command} has no standard streams.`);
    }
    const connection = new DapConnection(adapter.stdout, adapter.stdin, () => adapter.kill());
    adapter.on("error", (error) => connection.close(error));
    return connection;
  }

  /** Join an adapter that listens. */
  static async connect(port: number, host = "127.0.0.1"): Promise<DapConnection> {
    const socket = net.createConnection(port, host);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    // Header and body of a message are two writes; the second would wait for an acknowledgement.
    socket.setNoDelay(true);
    return new DapConnection(socket, socket, () => socket.destroy());
  }

  async request<T>(command: string, args: object = {}): Promise<T> {
    if (this.cut) {
      throw this.cut;
    }
    const seq = ++this.sequence;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(seq, { resolve, reject });
    });
    await this.writer.write({
      seq,
      type: "request",
      command,
      arguments: args,
    } as unknown as Message);
    return (await answer) as T;
  }

  /** The next event of a name. */
  event(name: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.events.once(name, resolve);
      this.events.once("close", reject);
    });
  }

  close(reason = new Error("The conversation with the debug adapter is over.")): void {
    if (this.cut) {
      return;
    }
    this.cut = reason;
    for (const { reject } of this.waiting.values()) {
      reject(reason);
    }
    this.waiting.clear();
    this.events.emit("close", reason);
    this.hangUp();
  }

  private receive(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === "event") {
      const { event, body } = message as DebugProtocol.Event;
      this.events.emit(event, body);
    } else if (message.type === "response") {
      const response = message as DebugProtocol.Response;
      const { resolve, reject } = this.waiting.get(response.request_seq) ?? {};
      this.waiting.delete(response.request_seq);
      if (response.success) {
        resolve?.(response.body);
      } else {
        reject?.(new Error(response.message ?? `${response.command} failed`));
      }
    }
  }
}
