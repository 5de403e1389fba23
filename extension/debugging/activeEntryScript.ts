import * as vscode from "vscode";
import { watchScriptFiles } from "../common/scriptFiles";
import { DEBUG_TYPE } from "./launchAttributes";
import { scriptOf, startScript } from "./startScript";

/** What this module has to know about files; the Python side answers. */
export interface EntryScriptFinder {
  isEntryScript(file: string): Promise<boolean>;
  /** Whether a workspace folder has any entry script. */
  hasEntryScript(folder: string): Promise<boolean>;
}

/**
 * The context keys on which the F5 key of this extension depends: whether the active editor shows
 * an entry script, whether that is decided yet (until then its name is believed), whether there is
 * one in the workspace (for F5 in the sample request or the README beside it), and whether there
 * are launch configurations (then F5 is VS Code's).
 */
const IS_ENTRY_SCRIPT = "azmlinfsrv.isEntryScript";
const IS_DECIDED = "azmlinfsrv.isDecided";
const HAS_ENTRY_SCRIPT = "azmlinfsrv.hasEntryScript";
const HAS_LAUNCH_CONFIGURATIONS = "azmlinfsrv.hasLaunchConfigurations";

/** Keep the context keys true. */
export function watchActiveEntryScript(finder: EntryScriptFinder): vscode.Disposable {
  let latest = 0;
  const updateActive = async (): Promise<void> => {
    const turn = ++latest;
    setContext(IS_DECIDED, false);
    const file = activePythonFile();
    const answer = file ? await finder.isEntryScript(file) : false;
    // Only the answer for the editor that is active now counts.
    if (turn === latest) {
      setContext(IS_ENTRY_SCRIPT, answer);
      setContext(IS_DECIDED, true);
    }
  };
  const updateWorkspace = async (): Promise<void> => {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const answers = await Promise.all(folders.map(({ uri }) => finder.hasEntryScript(uri.fsPath)));
    setContext(HAS_ENTRY_SCRIPT, answers.includes(true));
  };
  const updateLaunch = (): void =>
    setContext(HAS_LAUNCH_CONFIGURATIONS, hasLaunchConfigurations(activeUri()));

  const updateAll = (): void => {
    void updateActive();
    void updateWorkspace();
    updateLaunch();
  };
  updateAll();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(() => {
      void updateActive();
      updateLaunch();
    }),
    vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
      if (languageId === "python") {
        void updateActive();
        void updateWorkspace();
      }
    }),
    watchScriptFiles(() => void updateWorkspace()),
    vscode.workspace.onDidChangeWorkspaceFolders(updateAll),
    vscode.workspace.onDidGrantWorkspaceTrust(updateAll),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("launch")) {
        updateLaunch();
      }
    }),
  );
}

/**
 * Start the entry script that the argument names. Without one, as the key F5 comes: without
 * launch.json the active entry script, or the one in the workspace.
 */
export async function startEntryScript(
  finder: EntryScriptFinder,
  noDebug: boolean,
  argument?: unknown,
): Promise<void> {
  const script = scriptOf(argument);
  if (script) {
    await startScript(script, noDebug);
    return;
  }
  const uri = activeUri();
  const python = activePythonFile();
  const isOurs = !python || (await finder.isEntryScript(python));
  if (hasLaunchConfigurations(uri) || !isOurs) {
    // The key was pressed before that was known: it means what it means everywhere else.
    await vscode.commands.executeCommand(`workbench.action.debug.${noDebug ? "run" : "start"}`);
    return;
  }
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  await vscode.debug.startDebugging(
    folder ?? vscode.workspace.workspaceFolders?.[0],
    { type: DEBUG_TYPE, request: "launch", name: "" },
    { noDebug },
  );
}

function activeUri(): vscode.Uri | undefined {
  return vscode.window.activeTextEditor?.document.uri;
}

function activePythonFile(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  const isFile = document?.languageId === "python" && document.uri.scheme === "file";
  return isFile ? document.uri.fsPath : undefined;
}

function hasLaunchConfigurations(scope: vscode.Uri | undefined): boolean {
  const launch = vscode.workspace.getConfiguration("launch", scope ?? null);
  return (launch.get<unknown[]>("configurations") ?? []).length > 0;
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
