import * as path from "node:path";
import * as vscode from "vscode";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import type { ListServers } from "./attach/pickServer";
import { serverAttachConfiguration } from "./attach/serverAttachConfiguration";
import { DEBUG_TYPE, type LaunchAttributes } from "./launchAttributes";
import { isProblem, type PythonServices, resolveLaunch, type ScriptFacts } from "./resolveLaunch";

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
    const inFolder = scripts.map(({ path: file }) =>
      path
        .relative(root ?? "", file)
        .split(path.sep)
        .join("/"),
    );
    return inFolder.length === 0
      ? [launchOf("score.py", "${file}")]
      : inFolder.map((name) => launchOf(name, `\${workspaceFolder}/${name}`));
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
    if (configuration.request === "attach") {
      return await this.attach(configuration);
    }
    if (configuration.request !== "launch") {
      void showProblem({
        message: `request in launch.json cannot be "${configuration.request}". Allowed: launch.`,
        actions: [{ kind: "openLaunchJson" }],
      });
      return undefined;
    }
    const active = vscode.window.activeTextEditor?.document;
    const activeFile = active?.uri.scheme === "file" ? active.uri.fsPath : undefined;
    const resolution = await resolveLaunch(
      configuration as LaunchAttributes,
      { folder: this.folderOf(folder, activeFile)?.uri.fsPath, activeFile, choose: pickScript },
      this.python,
    );
    switch (resolution.kind) {
      case "launch":
        log.info(`Launching ${JSON.stringify({ ...resolution.configuration, env: undefined })}`);
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

  private async attach(
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    const servers = await this.listServers();
    if (isProblem(servers)) {
      void showProblem(servers);
      return undefined;
    }
    const server = servers.find(({ pid }) => pid === Number(configuration["processId"]));
    return server && { ...serverAttachConfiguration(server, configuration, this.python.bundle) };
  }

  private folderOf(
    folder: vscode.WorkspaceFolder | undefined,
    activeFile: string | undefined,
  ): vscode.WorkspaceFolder | undefined {
    const ofFile = activeFile && vscode.workspace.getWorkspaceFolder(vscode.Uri.file(activeFile));
    return folder ?? (ofFile || vscode.workspace.workspaceFolders?.[0]);
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

function launchOf(name: string, entryScript: string): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: "launch", name: `Azure ML: ${name}`, entryScript };
}

/** Attributes that VS Code itself acts on; debugpy never looks at them. */
const VSCODE_ATTRIBUTES = ["preLaunchTask", "postDebugTask", "presentation", "serverReadyAction"];

function vscodeAttributes(configuration: vscode.DebugConfiguration): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(configuration).filter(([name]) => VSCODE_ATTRIBUTES.includes(name)),
  );
}

async function pickScript(scripts: readonly ScriptFacts[]): Promise<ScriptFacts | undefined> {
  const items = scripts.map((script) => ({
    label: path.basename(script.path),
    description: vscode.workspace.asRelativePath(path.dirname(script.path)),
    script,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: "Which entry script?",
    placeHolder: "Several files define init() and run()",
    matchOnDescription: true,
  });
  return picked?.script;
}
