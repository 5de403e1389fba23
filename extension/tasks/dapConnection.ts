import { EventEmitter } from "node:events";
import * as net from "node:net";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type Message, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { AdapterProcess } from "../debugging/adapterProcess";

/** Sends a message to the adapter. */
type Send = (message: DebugProtocol.ProtocolMessage) => Promise<void>;

/**
 * One conversation with a debug adapter: requests and their answers, and its events by name.
 * A conversation that is cut off rejects every request that waits.
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
  private send: Send = async () => undefined;
  private hangUp: () => void = () => undefined;

  private constructor() {}

  /** Start an adapter that talks over its standard streams. */
  static spawn(
    python: string,
    adapter: string,
    cwd: string,
    env: Readonly<Record<string, string>> = {},
  ): DapConnection {
    const connection = new DapConnection();
    const spawned = new AdapterProcess(
      { python, script: adapter, cwd, env },
      {
        message: (message) => connection.receive(message),
        ended: (how) => connection.close(new Error(`The debug adapter ended (${how}).`)),
      },
    );
    connection.send = (message) => spawned.send(message);
    connection.hangUp = () => spawned.kill();
    return connection;
  }

  /** Join an adapter that listens. */
  static async connect(port: number, host = "127.0.0.1"): Promise<DapConnection> {
    const socket = net.createConnection(port, host);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve).once("error", reject);
    });
    // Head and body of a message are two writes; the second would wait for an acknowledgement.
    socket.setNoDelay(true);
    const connection = new DapConnection();
    const writer = new StreamMessageWriter(socket);
    new StreamMessageReader(socket).listen((message) =>
      connection.receive(message as unknown as DebugProtocol.ProtocolMessage),
    );
    const closed = () => connection.close(new Error("The debug adapter hung up."));
    socket.on("close", closed).on("error", closed);
    connection.send = (message) => writer.write(message as unknown as Message);
    connection.hangUp = () => socket.destroy();
    return connection;
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
    await this.send(request);
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
    } else {
      this.answer(message as DebugProtocol.Request);
    }
  }

  private answer({ seq, command, arguments: args }: DebugProtocol.Request): void {
    const service = this.services.get(command);
    service?.(args);
    const response = { type: "response", request_seq: seq, command, success: !!service, body: {} };
    void this.send({ seq: ++this.sequence, ...response } as DebugProtocol.Response);
  }
}
