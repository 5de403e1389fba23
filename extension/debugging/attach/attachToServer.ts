import * as vscode from "vscode";
import { DEBUG_TYPE } from "../launchAttributes";
import { type ListServers, pickServer } from "./pickServer";
import { attachName } from "./runningServer";

/** The command "Attach to Running Server": choose one, and debug it. */
export async function attachToServer(list: ListServers): Promise<void> {
  const server = await pickServer(list);
  if (!server) {
    return;
  }
  const folder =
    vscode.workspace.getWorkspaceFolder(vscode.Uri.file(server.entry_script)) ??
    vscode.workspace.workspaceFolders?.[0];
  await vscode.debug.startDebugging(folder, {
    type: DEBUG_TYPE,
    request: "attach",
    name: attachName(server),
    processId: server.pid,
  });
}

/** `${command:azmlinfsrv.pickServer}`: the process of the server that is chosen. */
export async function pickServerId(list: ListServers): Promise<string | undefined> {
  const server = await pickServer(list);
  return server && String(server.pid);
}
