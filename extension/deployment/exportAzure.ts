import * as path from "node:path";
import * as vscode from "vscode";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { chosenDeploymentFile, fileOptions } from "./deploymentFiles";
import { isScript, openScript } from "./openScript";
import { targetFolder } from "./targetFolder";

/** What `azmlinfsrv export azure-ml --json` says. */
interface Exported {
  readonly folder: string;
  readonly commands: readonly string[];
}

/** The command "Export for Azure ML": of a deployment file, or of the entry script that is open. */
export async function exportAzure(commands: BackendCommands, argument: unknown): Promise<void> {
  const file = openScript(argument) ?? (await chosenDeploymentFile(argument));
  if (file === undefined) {
    return;
  }
  const folder = await targetFolder(`${path.basename(path.dirname(file))}-azure`);
  if (folder === undefined) {
    return;
  }
  await vscode.workspace.saveAll(false);
  const source = isScript(file) ? ["--entry_script", file] : await fileOptions(file);
  const words = ["export", "azure-ml", ...source, "-o", folder];
  const title = vscode.l10n.t("Exporting {0}", path.basename(file));
  const outcome = await commands.runReplacing<Exported>(title, words, path.dirname(file));
  if (outcome.kind === "failed") {
    return showProblem(outcome.problem);
  }
  if (outcome.kind === "printed") {
    await offerCommands(outcome.value);
  }
}

/** Show what has been written, with what the user should know of it, and offer what comes next. */
async function offerCommands({ folder, commands }: Exported): Promise<void> {
  const readme = vscode.Uri.file(path.join(folder, "README.md"));
  // Where the preview is switched off the text will do.
  await vscode.commands
    .executeCommand("markdown.showPreview", readme)
    .then(undefined, () => vscode.window.showTextDocument(readme));
  const copy = vscode.l10n.t("Copy {0}", "az ml");
  const told = vscode.l10n.t("{0} holds what Azure ML makes an endpoint of.", folder);
  if ((await vscode.window.showInformationMessage(told, copy)) === copy) {
    await vscode.env.clipboard.writeText([`cd "${folder}"`, ...commands, ""].join("\n"));
  }
}
