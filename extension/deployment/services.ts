import * as os from "node:os";
import * as vscode from "vscode";
import { firstFolder } from "../common/folders";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { createClient } from "./createClient";
import { copyUri, offerService, type Service, showLog } from "./service";

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
  /** Have a subcommand do something; what it prints, or undefined when it failed or was called off. */
  const run = async <T>(title: string, word: string): Promise<T | undefined> => {
    const outcome = await commands.run<T>(title, ["services", word, name], folder);
    if (outcome.kind === "failed") {
      await showProblem(outcome.problem);
    }
    return outcome.kind === "printed" ? outcome.value : undefined;
  };
  const copy = (label: string, word: string, member: string): Action => ({
    label,
    perform: async () => {
      const printed = await run<Readonly<Record<string, string>>>(label, word);
      if (printed?.[member] !== undefined) {
        await vscode.env.clipboard.writeText(printed[member]);
      }
    },
  });
  const start: Action = {
    label: vscode.l10n.t("Start"),
    perform: async () => {
      const started = await run<Service>(vscode.l10n.t("Starting {0}", name), "start");
      return started && offerService(started);
    },
  };
  const reload: Action = {
    label: vscode.l10n.t("Reload Script"),
    perform: async () => {
      const told = vscode.l10n.t("The service {0} runs the script as it is now.", name);
      const reloaded = await run(vscode.l10n.t("Reloading {0}", name), "reload");
      return reloaded && vscode.window.showInformationMessage(told);
    },
  };
  const remove: Action = {
    label: vscode.l10n.t("Delete"),
    perform: async () =>
      (await mayDelete(name)) && (await run(vscode.l10n.t("Deleting {0}", name), "delete")),
  };
  const log = { label: vscode.l10n.t("Show Log"), perform: () => showLog(service) };
  const uri = { label: vscode.l10n.t("Copy Scoring URI"), perform: () => copyUri(service) };
  const client = {
    label: vscode.l10n.t("Create Client"),
    perform: () => createClient(commands, ["--service", name], folder),
  };
  const credential = {
    none: [],
    key: [copy(vscode.l10n.t("Copy Key"), "keys", "primaryKey")],
    aml_token: [copy(vscode.l10n.t("Copy Token"), "token", "token")],
  }[service.auth_mode ?? "none"];
  const isOver = service.state === "Failed" || service.state === "Unschedulable";
  return isOver ? [log, start, remove] : [log, uri, client, ...credential, reload, remove];
}

async function mayDelete(name: string): Promise<boolean> {
  const yes = vscode.l10n.t("Delete");
  const question = vscode.l10n.t("Delete the service {0}, its keys and its log?", name);
  return (await vscode.window.showWarningMessage(question, { modal: true }, yes)) === yes;
}
