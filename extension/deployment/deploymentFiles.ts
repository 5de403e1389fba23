import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";

const PATTERN = "**/{*deployment*.yml,*deployment*.yaml,inferenceconfig.json}";
const EXCLUDED = "**/{node_modules,.venv,venv,env,.git}/**";
const AT_MOST = 200;
const INFERENCE_CONFIG = "inferenceconfig.json";
const DEPLOYMENT_CONFIG = "deploymentconfig.json";
const ENDPOINT = /endpoint.*\.ya?ml$/i;
const DEPLOYMENT = /deployment.*\.ya?ml$/i;

/** Whether a file describes a deployment, by its name. */
export function isDeploymentFile(file: string): boolean {
  const name = path.basename(file);
  return name === INFERENCE_CONFIG || DEPLOYMENT.test(name);
}

/** The deployment file that a command is meant for; undefined when the user gave up or there is none. */
export async function chosenDeploymentFile(argument: unknown): Promise<string | undefined> {
  if (argument instanceof vscode.Uri) {
    return argument.fsPath;
  }
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active?.scheme === "file" && isDeploymentFile(active.fsPath)) {
    return active.fsPath;
  }
  const found = await vscode.workspace.findFiles(PATTERN, EXCLUDED, AT_MOST);
  const files = found.map((uri) => uri.fsPath).sort();
  if (files.length === 0) {
    await vscode.window.showErrorMessage(
      vscode.l10n.t(
        "There is no deployment file in this folder: no {0} and no {1}.",
        "deployment.yml",
        INFERENCE_CONFIG,
      ),
    );
    return undefined;
  }
  if (files.length === 1) {
    return files[0];
  }
  const items = files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  const placeHolder = vscode.l10n.t("Which deployment?");
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.file;
}

/**
 * The options that name a deployment and what lies beside it: the endpoint of the second version of
 * Azure ML, if there is one only, and the compute target of the first.
 */
export async function fileOptions(file: string): Promise<string[]> {
  const names = await fs.readdir(path.dirname(file)).catch((): string[] => []);
  const beside = (name: string) => path.join(path.dirname(file), name);
  if (path.basename(file) === INFERENCE_CONFIG) {
    const compute = names.includes(DEPLOYMENT_CONFIG) ? ["--dc", beside(DEPLOYMENT_CONFIG)] : [];
    return ["--ic", file, ...compute];
  }
  const endpoints = names.filter((name) => ENDPOINT.test(name) && !DEPLOYMENT.test(name));
  const [endpoint] = endpoints;
  return [
    ...["--file", file],
    ...(endpoint !== undefined && endpoints.length === 1 ? ["--endpoint", beside(endpoint)] : []),
  ];
}

/** The name of a service, where its files have none; undefined when the user gave up. */
export async function nameOption(file: string): Promise<string[] | undefined> {
  if (path.basename(file) !== INFERENCE_CONFIG) {
    return [];
  }
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t("Deploy on This Machine"),
    prompt: vscode.l10n.t("The service's name"),
    value: path
      .basename(path.dirname(file))
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-"),
  });
  return name ? ["--name", name] : undefined;
}
