import * as path from "node:path";
import * as vscode from "vscode";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { chosenDeploymentFile, fileOptions } from "./deploymentFiles";
import { mayReplace } from "./mayReplace";
import { targetFolder } from "./targetFolder";

/** What `azmlinfsrv package --json` says. */
interface Packaged {
  readonly name: string;
  readonly folder: string;
}

/** The command "Package for an Image". */
export async function packageImage(commands: BackendCommands, argument: unknown): Promise<void> {
  const file = await chosenDeploymentFile(argument);
  const project = file === undefined ? "" : path.basename(path.dirname(file));
  const folder = file === undefined ? undefined : await targetFolder(`${project}-image`);
  if (file === undefined || folder === undefined) {
    return;
  }
  await vscode.workspace.saveAll(false);
  const words = ["package", ...(await fileOptions(file)), "-o", folder];
  const title = vscode.l10n.t("Packaging {0}", path.basename(file));
  const packageInto = (...options: string[]) =>
    commands.run<Packaged>(title, [...words, ...options], path.dirname(file));
  let outcome = await packageInto();
  if (outcome.kind === "failed" && outcome.exists) {
    if (!(await mayReplace(outcome.problem))) {
      return;
    }
    outcome = await packageInto("--force");
  }
  if (outcome.kind === "failed") {
    return showProblem(outcome.problem);
  }
  if (outcome.kind === "printed") {
    await offerBuild(outcome.value);
  }
}

async function offerBuild({ name, folder }: Packaged): Promise<void> {
  const copy = vscode.l10n.t("Copy {0}", "docker build");
  const readme = vscode.l10n.t("Open README");
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t("{0} holds what the image is built from.", folder),
    copy,
    readme,
  );
  if (chosen === copy) {
    await vscode.env.clipboard.writeText(`docker build --tag ${name} "${folder}"`);
  } else if (chosen === readme) {
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, "README.md")));
  }
}
