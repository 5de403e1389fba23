import * as vscode from "vscode";
import { parseHttpFile } from "../httpFile/parseHttpFile";
import {
  isHttpFile,
  isRequestFile,
  NOT_SEARCHED,
  REQUEST_FILES,
  type RequestRef,
} from "./requestRef";

const MOST_FILES = 500;

/** The contents of a file as the user sees it: with what is typed but not saved. */
export async function readAsShown(file: string): Promise<Uint8Array> {
  const open = vscode.workspace.textDocuments.find(
    ({ uri, isDirty }) => isDirty && uri.scheme === "file" && uri.fsPath === file,
  );
  return open
    ? Buffer.from(open.getText())
    : await vscode.workspace.fs.readFile(vscode.Uri.file(file));
}

/** The requests of the workspace: found once, and again when files come and go. */
export class WorkspaceRequests implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly watcher = vscode.workspace.createFileSystemWatcher(REQUEST_FILES);
  private readonly subscriptions: vscode.Disposable[];
  private found: Promise<readonly string[]> | undefined;

  constructor() {
    const renew = (uri: vscode.Uri): void => {
      if (isRequestFile(uri.fsPath)) {
        this.found = undefined;
        this.changed.fire();
      }
    };
    this.subscriptions = [
      this.changed,
      this.watcher,
      this.watcher.onDidCreate(renew),
      this.watcher.onDidDelete(renew),
      // An .http file may have more requests than before.
      this.watcher.onDidChange((uri) => isHttpFile(uri.fsPath) && this.changed.fire()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.found = undefined;
        this.changed.fire();
      }),
    ];
  }

  files(): Promise<readonly string[]> {
    this.found ??= findFiles();
    return this.found;
  }

  /** The requests of one file. */
  async requestsIn(file: string): Promise<readonly RequestRef[]> {
    if (!isHttpFile(file)) {
      return [{ file, index: 0 }];
    }
    const text = Buffer.from(await readAsShown(file)).toString();
    return parseHttpFile(text).requests.map((_, index) => ({ file, index }));
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}

async function findFiles(): Promise<readonly string[]> {
  const uris = await vscode.workspace.findFiles(REQUEST_FILES, NOT_SEARCHED, MOST_FILES);
  return uris
    .map((uri) => uri.fsPath)
    .filter(isRequestFile)
    .sort((a, b) => a.localeCompare(b));
}
