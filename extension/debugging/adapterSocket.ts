import * as net from "node:net";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { type AdapterChannel, type AdapterListener, converse } from "./adapterChannel";

/** Where an adapter that runs listens for sessions. */
export interface AdapterAddress {
  readonly host?: string;
  readonly port: number;
}

/** A connection in the making; AdapterSocket says when it fails. */
export function connectTo({ host = "127.0.0.1", port }: AdapterAddress): net.Socket {
  // Head and body of a message are two writes; the second would wait for an acknowledgement.
  return net.createConnection({ host, port, noDelay: true });
}

/** One more session with an adapter that runs already. */
export class AdapterSocket implements AdapterChannel {
  private readonly write: AdapterChannel["send"];

  constructor(
    private readonly socket: net.Socket,
    listener: AdapterListener,
  ) {
    this.write = converse(this.socket, this.socket, listener);
    let how = "it hung up";
    this.socket.on("error", (error) => {
      how = error.message;
    });
    this.socket.on("close", () => listener.ended(how));
  }

  send(message: DebugProtocol.ProtocolMessage): Promise<void> {
    return this.write(message);
  }

  close(): void {
    this.socket.destroy();
  }
}
