import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { workspaceFolders } from "../common/folders";
import type { ScriptFacts } from "../common/interpreter";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import type { ListServers } from "./attach/runningServer";
import type { AttachAttributes } from "./attachAttributes";
import { VSCODE_ATTRIBUTES } from "./attributeNames";
import { DEBUG_TYPE, type LaunchAttributes } from "./launchAttributes";
import { launchEntry } from "./launchJson/entries";
import { launchFolder } from "./places";
import { type AttachResolution, resolveAttach } from "./resolveAttach";
import {
  isProblem,
  type LaunchResolution,
  type PythonServices,
  resolveLaunch,
} from "./resolveLaunch";

/** Makes a debug configuration complete: the one from launch.json, or the empty one of a bare F5. */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  constructor(
    private readonly python: PythonServices,
    private readonly listServers: ListServers,
  ) {}

  /** Configurations for a new launch.json and for the Run and Debug view: one for each script. */
  async provideDebugConfigurations(
    folder: vscode.WorkspaceFolder | undefined,
  ): Promise<vscode.DebugConfiguration[]> {
    const root = folder?.uri.fsPath;
    const scripts = root ? await this.entryScripts(root) : [];
    return root && scripts.length > 0
      ? scripts.map((script) => ({ ...launchEntry({ entryScript: script.path }, root) }))
      : [
          {
            type: DEBUG_TYPE,
            request: "launch",
            name: "Azure ML: score.py",
            entryScript: "${file}",
          },
        ];
  }

  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.DebugConfiguration {
    // Empty: F5 without launch.json. What is missing is found out in the second step.
    return configuration.type
      ? configuration
      : ({ ...configuration, type: DEBUG_TYPE, request: "launch" } as vscode.DebugConfiguration);
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (configuration["subProcessId"] !== undefined || configuration["workerProcessId"]) {
      // A worker's session: debugpy, or an attach of ours, wrote this configuration.
      return configuration;
    }
    const active = vscode.window.activeTextEditor?.document;
    const activeFile = active?.uri.scheme === "file" ? active.uri.fsPath : undefined;
    const { entryScript } = configuration as LaunchAttributes;
    const root = launchFolder(
      { entryScript, asked: folder?.uri.fsPath, activeFile },
      (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
    );
    const resolution = await this.resolve(configuration, root, activeFile);
    switch (resolution.kind) {
      case "launch":
      case "attach":
        log.info(`Debugging ${JSON.stringify({ ...resolution.configuration, env: undefined })}`);
        // Attributes of VS Code's own (preLaunchTask, serverReadyAction, …) belong to VS Code.
        return { ...vscodeAttributes(configuration), ...resolution.configuration };
      case "problem":
        // Not awaited: F5 is over, the notification may stay.
        void showProblem(resolution.problem);
        return undefined;
      case "cancelled":
        return undefined;
    }
  }

  private async resolve(
    configuration: vscode.DebugConfiguration,
    folder: string | undefined,
    activeFile: string | undefined,
  ): Promise<LaunchResolution | AttachResolution> {
    switch (configuration.request) {
      case "launch": {
        const folders = workspaceFolders();
        const context = { folder, folders, activeFile, choose: pickScript, chooseInput };
        return resolveLaunch(configuration as LaunchAttributes, context, this.python);
      }
      case "attach": {
        const context = { folder, listServers: this.listServers };
        return resolveAttach(configuration as AttachAttributes, context, this.python);
      }
      default: {
        const message = l10n.t(
          'request in launch.json cannot be "{0}". Allowed: launch, attach.',
          configuration.request,
        );
        return { kind: "problem", problem: { message, actions: [{ kind: "openLaunchJson" }] } };
      }
    }
  }

  private async entryScripts(root: string): Promise<readonly ScriptFacts[]> {
    const interpreter = await this.python.interpreter(undefined, root);
    if (isProblem(interpreter)) {
      return [];
    }
    const query = { path: root, root, modelDir: undefined, env: interpreter.activation };
    const found = await this.python.findScripts(interpreter.executable, query);
    return isProblem(found) ? [] : found;
  }
}

function vscodeAttributes(configuration: vscode.DebugConfiguration): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(configuration).filter(([name]) => VSCODE_ATTRIBUTES.includes(name)),
  );
}

async function chooseInput(script: ScriptFacts): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: l10n.t("Which folder is {0} to score?", path.basename(script.path)),
      openLabel: l10n.t("Score This Folder"),
      canSelectFolders: true,
      canSelectFiles: false,
      defaultUri: vscode.Uri.file(path.dirname(script.path)),
    })) ?? [];
  return folder?.fsPath;
}

async function pickScript(scripts: readonly ScriptFacts[]): Promise<ScriptFacts | undefined> {
  const items = scripts.map((script) => ({
    label: path.basename(script.path),
    description: vscode.workspace.asRelativePath(path.dirname(script.path)),
    script,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: l10n.t("Which entry script?"),
    placeHolder: l10n.t("Several files define init() and run()"),
    matchOnDescription: true,
  });
  return picked?.script;
}
