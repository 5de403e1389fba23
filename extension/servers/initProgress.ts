import * as path from "node:path";
import * as vscode from "vscode";
import type { Servers } from "./directory";
import type { LaunchedServer } from "./launchedServers";
import { loadingText } from "./rowTexts";

/** Most scripts are there by then, and a notification would only flash. */
const PATIENCE_MS = 4_000;
const TICK_MS = 1_000;

/** Tells how a server of this window gets on with a large model, and lets the user stop it. */
export class InitProgress implements vscode.Disposable {
  private readonly shown = new Map<string, () => void>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly directory: Servers) {
    this.subscription = directory.sessions.onDidChange(() => this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    for (const close of this.shown.values()) {
      close();
    }
  }

  private update(): void {
    const { launched, paused } = this.directory.sessions;
    const loading = new Map(
      launched
        .filter((each) => each.state === "starting" && !paused.has(each.sessionId))
        .map((each) => [each.sessionId, each]),
    );
    for (const [id, timer] of this.timers) {
      if (!loading.has(id)) {
        clearTimeout(timer);
        this.timers.delete(id);
      }
    }
    for (const [id, close] of this.shown) {
      if (!loading.has(id)) {
        this.shown.delete(id);
        close();
      }
    }
    for (const [id, server] of loading) {
      if (!this.timers.has(id) && !this.shown.has(id)) {
        const rest = Math.max(0, server.since + PATIENCE_MS - Date.now());
        this.timers.set(
          id,
          setTimeout(() => this.show(server), rest),
        );
      }
    }
  }

  private show(server: LaunchedServer): void {
    this.timers.delete(server.sessionId);
    const title = vscode.l10n.t("{0} is starting", path.basename(server.entryScript));
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, (progress, cancellation) => {
      const following = this.directory.follow();
      const tell = () => progress.report({ message: this.message(server) });
      const ticking = setInterval(tell, TICK_MS);
      tell();
      cancellation.onCancellationRequested(() => {
        const session = this.directory.sessions.session(server.sessionId);
        if (session) {
          void vscode.debug.stopDebugging(session);
        }
      });
      return new Promise<void>((resolve) => {
        this.shown.set(server.sessionId, () => {
          clearInterval(ticking);
          following.dispose();
          resolve();
        });
      });
    });
  }

  private message(server: LaunchedServer): string {
    const entry = this.directory.servers.find(({ sessionId }) => sessionId === server.sessionId);
    return loadingText(server.since, Date.now(), entry?.row);
  }
}
