import * as vscode from "vscode";
import type { Problem } from "../../common/problem";
import { showProblem } from "../../common/showProblem";
import { type RunningServer, serverRow } from "./runningServer";

/** Lists the servers that run; a problem when nobody can tell. */
export type ListServers = () => Promise<readonly RunningServer[] | Problem>;

interface Item extends vscode.QuickPickItem {
  readonly server: RunningServer | undefined;
}

const REFRESH: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("refresh"),
  tooltip: "Refresh",
};

/** Ask which running server is meant; undefined when the user does not want any. */
export async function pickServer(list: ListServers): Promise<RunningServer | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = "Attach to a running server";
  picker.placeholder = "Servers that you have started with azmlinfsrv, in any terminal";
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.buttons = [REFRESH];
  const refresh = async (): Promise<void> => {
    picker.busy = true;
    const servers = await list();
    if ("message" in servers) {
      picker.hide();
      void showProblem(servers);
      return;
    }
    picker.items = servers.length === 0 ? [NONE] : servers.map(itemOf);
    picker.busy = false;
  };
  try {
    return await new Promise((resolve) => {
      picker.onDidTriggerButton(refresh);
      picker.onDidAccept(() => {
        const chosen = picker.selectedItems[0];
        if (chosen?.server) {
          resolve(chosen.server);
        } else if (chosen) {
          void refresh();
        }
      });
      picker.onDidHide(() => resolve(undefined));
      picker.show();
      void refresh();
    });
  } finally {
    picker.dispose();
  }
}

const NONE: Item = {
  label: "$(refresh) No server of yours is running",
  detail: "Start one in a terminal: azmlinfsrv --entry_script score.py. Enter looks again.",
  alwaysShow: true,
  server: undefined,
};

function itemOf(server: RunningServer): Item {
  const relative = (file: string) => vscode.workspace.asRelativePath(file);
  return { ...serverRow(server, new Date(), relative), server };
}
