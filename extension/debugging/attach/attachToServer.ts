import * as vscode from "vscode";
import { DEBUG_TYPE } from "../launchAttributes";
import { pickServer } from "./pickServer";
import type { ListServers } from "./runningServer";

/** The command "Attach to Running Server": choose one, and debug it. */
export async function attachToServer(list: ListServers): Promise<void> {
  const pid = await pickServer(list);
  if (pid !== undefined) {
    const configuration = { type: DEBUG_TYPE, request: "attach", name: "", processId: pid };
    await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], configuration);
  }
}

/** `${command:azmlinfsrv.pickServer}`: the process of the server that is chosen. */
export async function pickServerId(list: ListServers): Promise<string | undefined> {
  return (await pickServer(list))?.toString();
}
