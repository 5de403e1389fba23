import type * as vscode from "vscode";
import { type DirectoryParts, Servers } from "./directory";

/** The running servers: the directory that other features use, and what shows it. */
export function openServers(_context: vscode.ExtensionContext, parts: DirectoryParts): Servers {
  return new Servers(parts);
}
