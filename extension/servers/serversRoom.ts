import type * as vscode from "vscode";
import { type DirectoryParts, Servers } from "./directory";
import { InitProgress } from "./initProgress";
import { type ActionParts, ServerActions } from "./serverActions";
import { ServersView } from "./serversView";
import { ServerStatusItem } from "./statusItem";

/** The running servers: the directory that other features use, and what shows it. */
export function openServers(
  context: vscode.ExtensionContext,
  parts: DirectoryParts & ActionParts,
): Servers {
  const directory = new Servers(parts);
  context.subscriptions.push(
    new ServersView(directory),
    new ServerStatusItem(directory),
    new InitProgress(directory),
    new ServerActions(directory, parts),
  );
  return directory;
}
