import { type ChildProcess, spawn } from "node:child_process";
import type * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import { Crashes, lastWords } from "./crashes";
import type { DocumentStatus } from "./serverStatus";

/** The command line of the server. */
export interface ServerCommand {
  readonly executable: string;
  readonly words: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface ServerEvents {
  /** What the server knows of a document has changed. */
  onStatus(status: DocumentStatus): void;
  /** The server has ended too often to be started again. */
  onGivenUp(reason: string): void;
}

const STATUS = "azmlinfsrv/status";
const SECTION = "azmlinfsrv";
const STDERR_KEPT = 4_000;
const STOP_LIMIT_MS = 2_000;

/** The client says in its log what fails; a pop-up for each attempt would help nobody. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** One run of the language server and the client that speaks to it. */
export class LanguageServer {
  private readonly client: LanguageClient;
  private readonly crashes = new Crashes();
  private stderr = "";

  constructor(
    private readonly command: ServerCommand,
    private readonly log: vscode.LogOutputChannel,
    private readonly events: ServerEvents,
    initializationOptions: Readonly<Record<string, unknown>>,
  ) {
    this.client = new QuietClient(
      SECTION,
      "Azure ML Language Server",
      () => Promise.resolve(this.spawn()),
      this.options(initializationOptions),
    );
    this.client.onNotification(STATUS, (status: DocumentStatus) => this.events.onStatus(status));
  }

  async start(): Promise<void> {
    try {
      await this.client.start();
    } catch (error) {
      throw new Error(lastWords(this.stderr) ?? String(error));
    }
  }

  /** The answer to a request of our own; null when the server cannot answer. */
  async ask<T>(method: string, params: object): Promise<T | null> {
    try {
      return await this.client.sendRequest<T | null>(method, params);
    } catch (error) {
      this.log.warn(`${method}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  async stop(): Promise<void> {
    if (this.client.needsStop()) {
      await this.client.dispose(STOP_LIMIT_MS);
    }
  }

  private spawn(): ChildProcess {
    const { executable, words, env } = this.command;
    this.stderr = "";
    const child = spawn(executable, words, { env, stdio: "pipe", windowsHide: true });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_KEPT);
    });
    return child;
  }

  private options(initializationOptions: Readonly<Record<string, unknown>>): LanguageClientOptions {
    return {
      documentSelector: [{ language: "python", scheme: "file" }],
      outputChannel: this.log,
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.onClosed(),
      },
    };
  }

  private onClosed(): { action: CloseAction; handled: true } {
    const reason = lastWords(this.stderr) ?? "it ended without a word";
    this.log.error(`The language server has ended: ${reason}`);
    if (this.crashes.mayRestart()) {
      return { action: CloseAction.Restart, handled: true };
    }
    this.events.onGivenUp(reason);
    return { action: CloseAction.DoNotRestart, handled: true };
  }
}
