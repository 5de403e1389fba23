import type { Readable, Writable } from "node:stream";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Message } from "vscode-jsonrpc/node";

export interface AdapterListener {
  message(message: DebugProtocol.ProtocolMessage): void;
  /** The adapter is gone; `how` says with which status, signal or error. */
  ended(how: string): void;
}

/** A way to talk to debugpy's adapter. */
export interface AdapterChannel {
  send(message: DebugProtocol.ProtocolMessage): Promise<void>;
  close(): void;
}

/**
 * Deliver what is read to a listener; returns how to write.
 *
 * DAP frames its messages as JSON-RPC does, so the framing is vscode-jsonrpc's.
 */
export function converse(
  input: Readable,
  output: Writable,
  listener: AdapterListener,
): AdapterChannel["send"] {
  const writer = import("./adapterFraming.js").then((framing) => {
    new framing.StreamMessageReader(input).listen((message) =>
      listener.message(message as unknown as DebugProtocol.ProtocolMessage),
    );
    return new framing.StreamMessageWriter(output);
  });
  // Nothing would be said for ever, in either direction.
  writer.catch((error: Error) => listener.ended(error.message));
  // An adapter that is gone reads nothing; its end is reported on its own.
  return async (message) => {
    await writer.then((to) => to.write(message as unknown as Message)).catch(() => undefined);
  };
}
