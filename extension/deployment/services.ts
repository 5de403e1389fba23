import * as os from "node:os";
import * as vscode from "vscode";
import { firstFolder } from "../common/folders";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { copyUri, type Service, showLog } from "./service";

interface ServiceItem extends vscode.QuickPickItem {
  readonly service: Service;
}

interface Action extends vscode.QuickPickItem {
  perform(): Promise<unknown>;
}

/** The command "Services": the list, then what is to be done with one. */
export async function manageServices(commands: BackendCommands): Promise<void> {
  const folder = firstFolder() ?? os.homedir();
  const title = vscode.l10n.t("Looking for services");
  const outcome = await commands.run<Service[]>(title, ["services", "list"], folder);
  if (outcome.kind === "failed") {
    return showProblem(outcome.problem);
  }
  if (outcome.kind === "cancelled") {
    return;
  }
  const services = outcome.value;
  if (services.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t("There is no service. Deploy on This Machine makes one of a deployment file."),
    );
    return;
  }
  const placeHolder = vscode.l10n.t("Services on this machine");
  const picked = await vscode.window.showQuickPick(services.map(serviceItem), { placeHolder });
  if (picked) {
    const actions = actionsFor(picked.service, commands, folder);
    const chosen = await vscode.window.showQuickPick(actions, { placeHolder: picked.service.name });
    await chosen?.perform();
  }
}

function serviceItem(service: Service): ServiceItem {
  return {
    label: service.name,
    description: service.state,
    detail: [service.scoring_uri, service.entry_script, service.message]
      .filter(Boolean)
      .join(" · "),
    service,
  };
}

function actionsFor(service: Service, commands: BackendCommands, folder: string): Action[] {
  const { name } = service;
  const change =
    (title: string, word: string, ...options: string[]) =>
    async () => {
      const words = ["services", word, name, ...options];
      const outcome = await commands.run<unknown>(title, words, folder);
      if (outcome.kind === "failed") {
        await showProblem(outcome.problem);
      }
    };
  const remove = change(vscode.l10n.t("Deleting {0}", name), "delete");
  return [
    { label: vscode.l10n.t("Show Log"), perform: () => showLog(service) },
    { label: vscode.l10n.t("Copy Scoring URI"), perform: () => copyUri(service) },
    {
      label: vscode.l10n.t("Reload Script"),
      perform: change(vscode.l10n.t("Reloading {0}", name), "reload"),
    },
    {
      label: vscode.l10n.t("Delete"),
      perform: async () => (await mayDelete(name)) && (await remove()),
    },
  ];
}

async function mayDelete(name: string): Promise<boolean> {
  const yes = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete the service {0}, its keys and its log?", name);
  return (await vscode.window.showWarningMessage(question, { modal: true }, yes)) === yes;
}
