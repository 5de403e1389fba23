import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { ServerCommand } from "./languageServer";
import { hasOtherLinter } from "./otherLinters";
import { SerialQueue } from "./serialQueue";
import type { ServerState } from "./serverStatus";
import { RESTART_COMMAND, SHOW_LOG_COMMAND, StatusItem } from "./statusItem";

/** Who tells how the server is started; a reason where it cannot be. */
export interface ServerFinder {
  isTrusted(): boolean;
  find(): Promise<ServerCommand | { readonly reason: string }>;
  /** Something that `find` depends on has changed. */
  readonly onDidChange: vscode.Event<unknown>;
}

/** The commands that the server offers above `init` and `run`. */
const LENS_COMMANDS = [
  "azmlinfsrv.run",
  "azmlinfsrv.debug",
  "azmlinfsrv.sendRequest",
  "azmlinfsrv.openDocs",
];

type Running = import("./languageServer.js").LanguageServer;

/** Keeps one language server running: with the right interpreter, and in trusted workspaces only. */
export class LanguageService implements vscode.Disposable {
  private readonly log = vscode.window.createOutputChannel("Azure ML Language Server", {
    log: true,
  });
  private readonly queue = new SerialQueue();
  private readonly status: StatusItem;
  private readonly subscriptions: vscode.Disposable[] = [];
  private server: Running | undefined;
  private command: ServerCommand | undefined;

  constructor(
    private readonly finder: ServerFinder,
    version: string,
  ) {
    this.status = new StatusItem(version);
    this.subscriptions.push(
      this.log,
      this.status,
      finder.onDidChange(() => void this.restartIfChanged()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.restart()),
      vscode.commands.registerCommand(RESTART_COMMAND, () => this.restart()),
      vscode.commands.registerCommand(SHOW_LOG_COMMAND, () => this.log.show()),
    );
  }

  /** Start the server, or start it anew. */
  restart(): Promise<void> {
    return this.queue.run(async () => {
      await this.end();
      await this.begin(await this.whatToStart());
    });
  }

  /** What the server answers to one of its own requests; null when none runs, or it cannot tell. */
  async ask<T>(method: string, params: object): Promise<T | null> {
    // One that is just starting is waited for: the question may come with the window.
    await this.queue.idle();
    return (await this.server?.ask<T>(method, params)) ?? null;
  }

  /** End the server; what was asked for before is done first. */
  stop(): Promise<void> {
    return this.queue.run(() => this.end());
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }

  private restartIfChanged(): Promise<void> {
    return this.queue.run(async () => {
      const found = await this.whatToStart();
      const isSame =
        "executable" in found &&
        found.executable === this.command?.executable &&
        this.server !== undefined;
      if (!isSame) {
        await this.end();
        await this.begin(found);
      }
    });
  }

  private async whatToStart(): Promise<ServerCommand | ServerState> {
    if (!this.finder.isTrusted()) {
      return { kind: "untrusted" };
    }
    const found = await this.finder.find();
    return "reason" in found ? { kind: "noInterpreter", reason: found.reason } : found;
  }

  private async begin(found: ServerCommand | ServerState): Promise<void> {
    if ("kind" in found) {
      this.show(found);
      return;
    }
    this.show({ kind: "starting" });
    this.log.info([found.executable, ...found.words].join(" "));
    // Only now: the client is as large as all of the rest, and an activation must not wait for it.
    const { LanguageServer } = await import("./languageServer.js");
    const server = new LanguageServer(
      found,
      this.log,
      {
        onStatus: (status) => this.status.showDocument(status),
        onGivenUp: (reason) => this.fail(reason),
      },
      {
        status: true,
        codeLens: true,
        commands: LENS_COMMANDS,
        otherPythonLinter: hasOtherLinter((id) => vscode.extensions.getExtension(id) !== undefined),
      },
    );
    this.command = found;
    try {
      await server.start();
      this.server = server;
      this.show({ kind: "running" });
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
      await server.stop().catch(() => undefined);
    }
  }

  private async end(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.command = undefined;
    await server?.stop().catch((error: unknown) => this.log.warn(String(error)));
  }

  private fail(reason: string): void {
    this.log.error(reason);
    this.show({ kind: "failed", reason: l10n.t("The language server does not run: {0}", reason) });
  }

  private show(state: ServerState): void {
    if (state.kind === "noInterpreter") {
      this.log.warn(state.reason);
    }
    this.status.showState(state);
  }
}
