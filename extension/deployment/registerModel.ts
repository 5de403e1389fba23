import * as path from "node:path";
import * as vscode from "vscode";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { chosenModel } from "./chosenModel";

/** What `azmlinfsrv models register --json` says. */
interface Registered {
  readonly name: string;
  readonly version: number;
}

/** The command "Register Model". */
export async function registerModel(commands: BackendCommands, argument: unknown): Promise<void> {
  const model =
    argument instanceof vscode.Uri ? argument : await chosenModel(vscode.l10n.t("Register"));
  const name = model && (await askName(model.fsPath));
  if (!model || !name) {
    return;
  }
  const outcome = await commands.run<Registered>(
    vscode.l10n.t("Registering {0}", name),
    ["models", "register", "--name", name, "--path", model.fsPath],
    path.dirname(model.fsPath),
  );
  if (outcome.kind === "failed") {
    return showProblem(outcome.problem);
  }
  if (outcome.kind === "printed") {
    const reference = `${outcome.value.name}:${outcome.value.version}`;
    const copy = vscode.l10n.t("Copy Reference");
    const message = vscode.l10n.t("The model is registered as {0}.", reference);
    if ((await vscode.window.showInformationMessage(message, copy)) === copy) {
      await vscode.env.clipboard.writeText(reference);
    }
  }
}

function askName(file: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t("Register Model"),
    prompt: vscode.l10n.t("The model's name. A name that is there gets a further version."),
    value: path.parse(file).name.replace(/[^\w.-]+/g, "-"),
    validateInput: (value) =>
      /^[A-Za-z0-9][\w.-]{0,254}$/.test(value)
        ? undefined
        : vscode.l10n.t("Letters, digits, - _ . are allowed; the first is a letter or digit."),
  });
}
