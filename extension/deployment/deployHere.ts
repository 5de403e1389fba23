import * as path from "node:path";
import * as vscode from "vscode";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { chosenDeploymentFile, fileOptions, nameOption } from "./deploymentFiles";
import { offerService, type Service } from "./service";

/** The command "Deploy on This Machine". */
export async function deployHere(commands: BackendCommands, argument: unknown): Promise<void> {
  const file = await chosenDeploymentFile(argument);
  const name = file === undefined ? undefined : await nameOption(file);
  if (file === undefined || name === undefined) {
    return;
  }
  // What is deployed is what the editor shows.
  await vscode.workspace.saveAll(false);
  const words = ["deploy", ...(await fileOptions(file)), ...name];
  const title = vscode.l10n.t("Deploying {0}", path.basename(file));
  const outcome = await commands.runReplacing<Service>(title, words, path.dirname(file));
  switch (outcome.kind) {
    case "printed":
      return offerService(outcome.value);
    case "failed":
      return showProblem(outcome.problem);
    case "cancelled":
      return;
  }
}
