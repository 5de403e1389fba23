import * as vscode from "vscode";
import { workspaceFolders } from "../common/folders";
import { scriptName } from "../common/scriptName";
import type { ServerState } from "../common/serverDirectory";
import { details, rowTexts } from "./rowTexts";
import type { ServerEntry } from "./serverEntry";

/** Beside the word, never instead of it. */
const ICONS: Readonly<Record<ServerState, readonly [icon: string, colour?: string]>> = {
  starting: ["loading~spin"],
  ready: ["pass", "testing.iconPassed"],
  busy: ["pulse"],
  paused: ["debug-pause", "debugIcon.pauseForeground"],
  failed: ["error", "testing.iconFailed"],
};

export function iconOf(state: ServerState): string {
  return ICONS[state][0];
}

/** One server in the view; its commands find it by `server`. */
export class ServerItem extends vscode.TreeItem {
  constructor(readonly server: ServerEntry) {
    const texts = rowTexts(server, scriptName(server.entryScript, workspaceFolders()));
    super(texts.label);
    const [icon, colour] = ICONS[server.state];
    this.id = server.state === "failed" ? `failed ${server.sessionId}` : `server ${server.pid}`;
    this.description = texts.description;
    this.iconPath = new vscode.ThemeIcon(icon, colour ? new vscode.ThemeColor(colour) : undefined);
    this.accessibilityInformation = { label: texts.spoken };
    this.contextValue = abilities(server).join(" ");
    this.tooltip = tooltip(server);
  }
}

/** What can be done with a server: the words that the manifest's menus look for. */
export function abilities(server: ServerEntry): string[] {
  const { state, isLaunched, hasDebugger, isStopping } = server;
  if (isStopping) {
    return [];
  }
  if (state === "failed") {
    return ["failed", "restartable"];
  }
  return [
    "running",
    ...(state === "starting" ? [] : ["answering"]),
    ...(isLaunched ? ["restartable"] : []),
    ...(hasDebugger ? [] : ["attachable"]),
  ];
}

function tooltip(server: ServerEntry): vscode.MarkdownString {
  const relative = (file: string) => vscode.workspace.asRelativePath(file);
  const text = new vscode.MarkdownString();
  text.appendMarkdown("| | |\n|---|---|\n");
  for (const [name, value] of details(server, Date.now(), relative)) {
    text.appendMarkdown(`| **${escaped(name)}** | ${escaped(value)} |\n`);
  }
  return text;
}

/** Paths and messages are the user's, and no Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+.!|<>~-]/g, "\\$&").replaceAll("\n", " ");
}
