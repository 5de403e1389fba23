import * as vscode from "vscode";
import { isOwnScript } from "./ownScript";

/** Long enough for a checkout or an installation to be one change. */
const QUIET_MS = 300;

/** Hear of Python files of the workspace that come and go, whoever makes them. */
export function watchScriptFiles(listener: () => void): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const heard = (file: vscode.Uri): void => {
    if (isOwnScript(vscode.workspace.asRelativePath(file, false))) {
      clearTimeout(timer);
      timer = setTimeout(listener, QUIET_MS);
    }
  };
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.py", false, true, false);
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate(heard),
    watcher.onDidDelete(heard),
    new vscode.Disposable(() => clearTimeout(timer)),
  );
}
