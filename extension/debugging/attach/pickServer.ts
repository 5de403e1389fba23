import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { showProblem } from "../../common/showProblem";
import { type Debuggable, type ListServers, processRow, serverRow } from "./runningServer";

interface Item extends vscode.QuickPickItem {
  /** The process to attach to; without one, Enter looks again. */
  readonly pid?: number;
}

const REFRESH: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("refresh"),
  tooltip: "Refresh",
};

/** Ask which running server is meant; its process, or undefined when the user wants none. */
export async function pickServer(list: ListServers): Promise<number | undefined> {
  const picker = vscode.window.createQuickPick<Item>();
  picker.title = l10n.t("Attach to a running server");
  picker.placeholder = l10n.t("Servers that you have started with azmlinfsrv, in any terminal");
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  picker.buttons = [REFRESH];
  const refresh = async (): Promise<void> => {
    picker.busy = true;
    const found = await list();
    if ("message" in found) {
      picker.hide();
      void showProblem(found);
      return;
    }
    picker.items = itemsOf(found);
    picker.busy = false;
  };
  try {
    return await new Promise((resolve) => {
      picker.onDidTriggerButton(refresh);
      picker.onDidAccept(() => {
        const [chosen] = picker.selectedItems;
        if (chosen?.pid === undefined) {
          void refresh();
        } else {
          resolve(chosen.pid);
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

const howTo = () =>
  l10n.t("Start one in a terminal: azmlinfsrv --entry_script score.py. Enter looks again.");

function none(warning: string | undefined): Item {
  const label = `$(refresh) ${l10n.t("No server of yours is running")}`;
  return { label, detail: warning ?? howTo(), alwaysShow: true };
}

function itemsOf({ servers, published, warning }: Debuggable): Item[] {
  const relative = (file: string) => vscode.workspace.asRelativePath(file);
  const own = servers.map((server) => ({
    ...serverRow(server, new Date(), relative),
    pid: server.pid,
  }));
  const others = published.map((process) => ({ ...processRow(process), pid: process.pid }));
  const separator = { label: l10n.t("other servers"), kind: vscode.QuickPickItemKind.Separator };
  return [
    ...(own.length > 0 ? own : [none(warning)]),
    ...(others.length > 0 ? [separator] : []),
    ...others,
  ];
}
