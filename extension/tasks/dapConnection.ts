import { EventEmitter, once } from "node:events";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { AdapterChannel, AdapterListener } from "../debugging/adapterChannel";
import { AdapterProcess } from "../debugging/adapterProcess";
import { fromAdapter, toAdapter } from "../debugging/adapterRules";
import { AdapterSocket, connectTo } from "../debugging/adapterSocket";

/**
 * One conversation with a debug adapter: requests and their answers, and its events by name.
 * It says and hears what VS Code would. A conversation that is cut off rejects every request that
 * waits.
 */
export class DapConnection {
  readonly events = new EventEmitter();
  private readonly waiting = new Map<
    number,
    { resolve: (body: unknown) => void; reject: (error: Error) => void }
  >();
  private readonly services = new Map<string, (args: unknown) => void>();
  private sequence = 0;
  private cut: Error | undefined;
  private readonly adapter: AdapterChannel;

  private constructor(open: (listener: AdapterListener) => AdapterChannel) {
    this.adapter = open({
      message: (message) => this.receive(message),
      ended: (how) => this.close(new Error(`The debug adapter ended (${how}).`)),
    });
  }

  /** Start an adapter that talks over its standard streams. */
  static spawn(
    python: string,
    adapter: string,
    cwd: string,
    env: Readonly<Record<string, string>> = {},
  ): DapConnection {
    const program = { python, script: adapter, cwd, env };
    return new DapConnection((listener) => new AdapterProcess(program, listener));
  }

  /** Join an adapter that listens. */
  static async connect(port: number, host = "127.0.0.1"): Promise<DapConnection> {
    const socket = connectTo({ host, port });
    await once(socket, "connect");
    return new DapConnection((listener) => new AdapterSocket(socket, listener));
  }

  async request<T>(command: string, args: object = {}): Promise<T> {
    if (this.cut) {
      throw this.cut;
    }
    const seq = ++this.sequence;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.waiting.set(seq, { resolve, reject });
    });
    const request: DebugProtocol.Request = { seq, type: "request", command, arguments: args };
    // Not waited for: it may be cut off, and `answer` would be rejected without anyone to hear it.
    void this.adapter.send(toAdapter(request));
    return (await answer) as T;
  }

  /** The next event of a name. */
  event(name: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.events.once(name, resolve);
      this.events.once("close", reject);
    });
  }

  /** Do what the adapter asks for by this name. */
  serve<T>(command: string, service: (args: T) => void): void {
    this.services.set(command, service as (args: unknown) => void);
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
    this.adapter.close();
  }

  private receive(received: DebugProtocol.ProtocolMessage): void {
    const message = fromAdapter(received);
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
    } else {
      this.answer(message as DebugProtocol.Request);
    }
  }

  private answer({ seq, command, arguments: args }: DebugProtocol.Request): void {
    const service = this.services.get(command);
    service?.(args);
    const response = { type: "response", request_seq: seq, command, success: !!service, body: {} };
    void this.adapter.send({ seq: ++this.sequence, ...response } as DebugProtocol.Response);
  }
}
