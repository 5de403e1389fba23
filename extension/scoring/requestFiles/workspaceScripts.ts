import * as path from "node:path";
import * as vscode from "vscode";
import { watchScriptFiles } from "../../common/scriptFiles";
import { scriptsFor } from "./requestRef";

/** What has to be known about scripts; the Python side answers. */
export interface ScriptFinder {
  /** The entry scripts of a workspace folder. */
  scriptsIn(folder: string): Promise<readonly string[]>;
  isEntryScript(file: string): Promise<boolean>;
}

/** The entry scripts of the workspace, and which of them a request is meant for. */
export class WorkspaceScripts implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly subscription: vscode.Disposable;
  private found: Promise<readonly string[]> | undefined;
  /** Which script was chosen for a request file that could be meant for several. */
  private readonly chosen = new Map<string, string>();

  constructor(private readonly finder: ScriptFinder) {
    const renew = (): void => {
      this.found = undefined;
      this.changed.fire();
    };
    this.subscription = vscode.Disposable.from(
      this.changed,
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.endsWith(".py")) {
          renew();
        }
      }),
      watchScriptFiles(renew),
      vscode.workspace.onDidGrantWorkspaceTrust(renew),
      vscode.workspace.onDidChangeWorkspaceFolders(renew),
    );
  }

  all(): Promise<readonly string[]> {
    this.found ??= this.find();
    return this.found;
  }

  isEntryScript(file: string): Promise<boolean> {
    return this.finder.isEntryScript(file);
  }

  async scriptsFor(file: string): Promise<readonly string[]> {
    return scriptsFor(file, await this.all());
  }

  /** The script that a request file is meant for; asks if it could be several. */
  async chooseFor(file: string): Promise<string | undefined> {
    const scripts = await this.scriptsFor(file);
    const known = this.chosen.get(file);
    if (known !== undefined && scripts.includes(known)) {
      return known;
    }
    const script = await chooseScript(
      scripts,
      vscode.l10n.t("Which entry script is {0} for?", path.basename(file)),
    );
    if (script !== undefined) {
      this.chosen.set(file, script);
    }
    return script;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private async find(): Promise<readonly string[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const found = await Promise.all(folders.map(({ uri }) => this.finder.scriptsIn(uri.fsPath)));
    return [...new Set(found.flat())];
  }
}

/** One of several; the only one without a question. */
export async function chooseScript(
  scripts: readonly string[],
  placeHolder: string,
): Promise<string | undefined> {
  if (scripts.length <= 1) {
    return scripts[0];
  }
  const items = scripts.map((script) => ({
    label: path.basename(script),
    description: vscode.workspace.asRelativePath(path.dirname(script)),
    script,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.script;
}
