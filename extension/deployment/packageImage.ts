import * as path from "node:path";
import * as vscode from "vscode";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { chosenDeploymentFile, fileOptions } from "./deploymentFiles";
import { targetFolder } from "./targetFolder";

/** What `azmlinfsrv package --json` says. */
interface Packaged {
  readonly name: string;
  readonly folder: string;
}

/** The command "Package for an Image". */
export async function packageImage(commands: BackendCommands, argument: unknown): Promise<void> {
  const file = await chosenDeploymentFile(argument);
  const purpose = file === undefined ? undefined : await chosenPurpose();
  if (file === undefined || purpose === undefined) {
    return;
  }
  const folder = await targetFolder(`${path.basename(path.dirname(file))}-image`);
  if (folder === undefined) {
    return;
  }
  await vscode.workspace.saveAll(false);
  const words = ["package", ...(await fileOptions(file)), "-o", folder, ...purpose.options];
  const title = vscode.l10n.t("Packaging {0}", path.basename(file));
  const outcome = await commands.runReplacing<Packaged>(title, words, path.dirname(file));
  if (outcome.kind === "failed") {
    return showProblem(outcome.problem);
  }
  if (outcome.kind === "printed") {
    await offerNext(outcome.value, purpose);
  }
}

interface Purpose extends vscode.QuickPickItem {
  readonly options: readonly string[];
  readonly isDevContainer: boolean;
}

function chosenPurpose(): Thenable<Purpose | undefined> {
  const items: readonly Purpose[] = [
    {
      label: vscode.l10n.t("Image"),
      detail: vscode.l10n.t("What {0} makes an image of.", "docker build"),
      options: [],
      isDevContainer: false,
    },
    {
      label: vscode.l10n.t("Image and Dev Container"),
      detail: vscode.l10n.t("VS Code also opens the folder in the image, where F5 debugs."),
      options: ["--dev_container"],
      isDevContainer: true,
    },
  ];
  return vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t("What is the folder for?"),
  });
}

async function offerNext({ name, folder }: Packaged, purpose: Purpose): Promise<void> {
  const copy = vscode.l10n.t("Copy {0}", "docker build");
  const readme = vscode.l10n.t("Open README");
  const open = vscode.l10n.t("Open Folder");
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t("{0} holds what the image is built from.", folder),
    ...(purpose.isDevContainer ? [open] : []),
    copy,
    readme,
  );
  if (chosen === copy) {
    await vscode.env.clipboard.writeText(`docker build --tag ${name} "${folder}"`);
  } else if (chosen === readme) {
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, "README.md")));
  } else if (chosen === open) {
    // There, Dev Containers offers to open it in the container.
    const options = { forceNewWindow: true };
    await vscode.commands.executeCommand("vscode.openFolder", vscode.Uri.file(folder), options);
  }
}
