import type { DebugProtocol } from "@vscode/debugprotocol";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";

/** What a session with a running server does, apart from speaking the protocol. */
export interface ServerConnection {
  /** Resolves when the server can be debugged; to a text when it cannot, and why. */
  connect(): Promise<string | undefined>;
  disconnect(): void;
}

/**
 * The adapter of a session that stands for a whole server.
 *
 * It has no threads of its own: each worker is a session below this one, with debugpy's adapter.
 * So the session outlives its workers, which come and go with every reload.
 */
export class ServerAdapter implements vscode.DebugAdapter {
  private readonly sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly onDidSendMessage = this.sent.event;
  private sequence = 0;

  constructor(private readonly server: ServerConnection) {}

  handleMessage(message: vscode.DebugProtocolMessage): void {
    const request = message as DebugProtocol.Request;
    if (request.type === "request") {
      void this.answer(request);
    }
  }

  /** Write a line to the Debug Console. */
  print(line: string): void {
    this.event("output", { category: "stdout", output: `${line}\n` });
  }

  /** End the session: there is no server any more. */
  terminate(): void {
    this.event("terminated");
  }

  dispose(): void {
    this.server.disconnect();
    this.sent.dispose();
  }

  private async answer(request: DebugProtocol.Request): Promise<void> {
    switch (request.command) {
      case "initialize":
        this.respond(request, CAPABILITIES);
        return;
      case "attach": {
        const refusal = await this.server.connect();
        if (refusal === undefined) {
          this.respond(request);
          this.event("initialized");
        } else {
          this.refuse(request, refusal);
        }
        return;
      }
      case "setBreakpoints":
      case "setFunctionBreakpoints": {
        // The workers verify them.
        const { breakpoints = [] } = request.arguments as { breakpoints?: unknown[] };
        this.respond(request, { breakpoints: breakpoints.map(() => ({ verified: false })) });
        return;
      }
      case "threads":
        this.respond(request, { threads: [] });
        return;
      case "disconnect":
        this.server.disconnect();
        this.respond(request);
        return;
      case "configurationDone":
      case "setExceptionBreakpoints":
        this.respond(request);
        return;
      default:
        this.refuse(
          request,
          l10n.t("Choose a worker in the call stack: this session stands for all."),
        );
    }
  }

  private respond(request: DebugProtocol.Request, body?: object): void {
    this.send({ type: "response", ...answerTo(request), success: true, body });
  }

  private refuse(request: DebugProtocol.Request, reason: string): void {
    const error = { id: 1, format: reason, showUser: false };
    this.send({
      type: "response",
      ...answerTo(request),
      success: false,
      message: reason,
      body: { error },
    });
  }

  private event(event: string, body?: object): void {
    this.send({ type: "event", event, body });
  }

  private send(message: object): void {
    this.sequence += 1;
    this.sent.fire({ seq: this.sequence, ...message });
  }
}

/** What the workers' adapters can do: VS Code asks the session that it shows. */
const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
};

function answerTo({ seq, command }: DebugProtocol.Request): object {
  return { request_seq: seq, command };
}
