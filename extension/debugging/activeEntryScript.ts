import * as vscode from "vscode";
import { DEBUG_TYPE } from "./launchAttributes";

const IS_ENTRY_SCRIPT = "azmlinfsrv.isEntryScript";
const IS_DECIDED = "azmlinfsrv.isDecided";
const HAS_LAUNCH_CONFIGURATIONS = "azmlinfsrv.hasLaunchConfigurations";

/**
 * Keeps the context keys on which the F5 key of this extension depends: whether the active editor
 * shows an entry script, whether that is decided yet (until then its name is believed), and whether
 * its folder has launch configurations (then F5 is VS Code's).
 */
export function watchActiveEntryScript(
  isEntryScript: (file: string) => Promise<boolean>,
): vscode.Disposable {
  let latest = 0;
  const update = async (): Promise<void> => {
    const turn = ++latest;
    setContext(IS_DECIDED, false);
    const document = vscode.window.activeTextEditor?.document;
    const isPython = document?.languageId === "python" && document.uri.scheme === "file";
    const answer =
      isPython && vscode.workspace.isTrusted ? await isEntryScript(document.uri.fsPath) : false;
    // Only the answer for the editor that is active now counts.
    if (turn === latest) {
      setContext(IS_ENTRY_SCRIPT, answer);
      setContext(IS_DECIDED, true);
    }
  };
  const updateLaunch = (): void =>
    setContext(
      HAS_LAUNCH_CONFIGURATIONS,
      hasLaunchConfigurations(vscode.window.activeTextEditor?.document.uri),
    );
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

function hasLaunchConfigurations(scope: vscode.Uri | undefined): boolean {
  const launch = vscode.workspace.getConfiguration("launch", scope ?? null);
  return (launch.get<unknown[]>("configurations") ?? []).length > 0;
}

/** Start the active file if it is an entry script, as F5 without launch.json does. */
export async function startActiveEntryScript(
  isEntryScript: (file: string) => Promise<boolean>,
  noDebug: boolean,
): Promise<void> {
  const file = vscode.window.activeTextEditor?.document.uri;
  if (!file || hasLaunchConfigurations(file) || !(await isEntryScript(file.fsPath))) {
    // The key was pressed before that was known: it means what it means everywhere else.
    await vscode.commands.executeCommand(`workbench.action.debug.${noDebug ? "run" : "start"}`);
    return;
  }
  const configuration = { type: DEBUG_TYPE, request: "launch", name: "" };
  const folder = vscode.workspace.getWorkspaceFolder(file);
  await vscode.debug.startDebugging(folder, configuration, { noDebug });
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
