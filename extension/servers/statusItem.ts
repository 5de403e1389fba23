import * as path from "node:path";
import * as vscode from "vscode";
import type { Servers } from "./directory";
import { portText, rowTexts, wordOf } from "./rowTexts";
import { samePath } from "./samePath";
import type { ServerEntry } from "./serverEntry";
import { iconOf } from "./serverItem";

export const ACTIONS_COMMAND = "azmlinfsrv.serverActions";
const PRIORITY = 10;

/** The server of the active script in the status bar; a click offers what can be done with it. */
export class ServerStatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    "azmlinfsrv.server",
    vscode.StatusBarAlignment.Left,
    PRIORITY,
  );
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly directory: Servers) {
    this.item.name = vscode.l10n.t("Azure ML Server");
    this.subscriptions = vscode.Disposable.from(
      this.item,
      directory.onDidChange(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
    );
    this.update();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private update(): void {
    // What has been seen of other windows and terminals may be out of date.
    const known = this.directory.servers.filter(
      ({ sessionId }) => sessionId !== undefined || this.directory.isFollowing,
    );
    const server = shownServer(known, activeFile());
    if (!server) {
      this.item.hide();
      return;
    }
    const texts = rowTexts(server);
    const name = path.basename(server.entryScript);
    const words = `${name}: ${wordOf(server)} ${portText(server)}`.trim();
    this.item.text = `$(${iconOf(server.state)}) ${words}`;
    this.item.tooltip = `${texts.label}\n${texts.description}`;
    this.item.accessibilityInformation = { label: texts.spoken, role: "button" };
    this.item.command = {
      command: ACTIONS_COMMAND,
      title: vscode.l10n.t("Actions of the Server"),
      arguments: [server.sessionId ?? server.pid],
    };
    this.item.show();
  }
}

/** The server of the active script; while something else is active, that of this window. */
function shownServer(
  servers: readonly ServerEntry[],
  file: string | undefined,
): ServerEntry | undefined {
  return (
    servers.find(({ entryScript }) => file !== undefined && samePath(entryScript, file)) ??
    servers.find(({ sessionId }) => sessionId !== undefined)
  );
}

function activeFile(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri.fsPath : undefined;
}
