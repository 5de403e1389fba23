import * as vscode from "vscode";
import { DEBUG_TYPE } from "./launchAttributes";

const IS_ENTRY_SCRIPT = "azmlinfsrv.isEntryScript";
const HAS_LAUNCH_CONFIGURATIONS = "azmlinfsrv.hasLaunchConfigurations";

/**
 * Keeps two context keys, on which the F5 key of this extension depends: whether the active editor
 * shows an entry script, and whether its folder has launch configurations (then F5 is VS Code's).
 */
export function watchActiveEntryScript(
  isEntryScript: (file: string) => Promise<boolean>,
): vscode.Disposable {
  let latest = 0;
  const update = async (): Promise<void> => {
    const turn = ++latest;
    const document = vscode.window.activeTextEditor?.document;
    const isPython = document?.languageId === "python" && document.uri.scheme === "file";
    const answer =
      isPython && vscode.workspace.isTrusted ? await isEntryScript(document.uri.fsPath) : false;
    // Only the answer for the editor that is active now counts.
    if (turn === latest) {
      await vscode.commands.executeCommand("setContext", IS_ENTRY_SCRIPT, answer);
    }
  };
  const updateLaunch = (): void => {
    const scope = vscode.window.activeTextEditor?.document.uri;
    const launch = vscode.workspace.getConfiguration("launch", scope ?? null);
    const configurations = launch.get<unknown[]>("configurations") ?? [];
    void vscode.commands.executeCommand(
      "setContext",
      HAS_LAUNCH_CONFIGURATIONS,
      configurations.length > 0,
    );
  };
  void update();
  updateLaunch();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(() => {
      void update();
      updateLaunch();
    }),
    vscode.workspace.onDidSaveTextDocument(() => void update()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void update()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("launch")) {
        updateLaunch();
      }
    }),
  );
}

/** Start the active entry script, as F5 without launch.json does. */
export async function startActiveEntryScript(noDebug: boolean): Promise<void> {
  const file = vscode.window.activeTextEditor?.document.uri;
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  const configuration = { type: DEBUG_TYPE, request: "launch", name: "" };
  await vscode.debug.startDebugging(folder, configuration, { noDebug });
}
