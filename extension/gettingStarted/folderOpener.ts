import * as vscode from "vscode";

const KEY = "azmlinfsrv.showInFolder";

interface Pending {
  readonly folder: string;
  readonly files: readonly string[];
  /** Whether the folder is the example, which has to be set up once. */
  readonly isExample: boolean;
}

/**
 * Opens a folder and shows files of it. Opening a folder ends this extension host, so that what is
 * to be shown is remembered for the next one.
 */
export class FolderOpener {
  constructor(
    private readonly memory: vscode.Memento,
    private readonly onExample: () => Promise<void>,
  ) {}

  async open(
    folder: vscode.Uri,
    files: readonly vscode.Uri[],
    isExample: boolean = false,
  ): Promise<void> {
    const pending: Pending = {
      folder: folder.toString(),
      files: files.map((file) => file.toString()),
      isExample,
    };
    await this.memory.update(KEY, pending);
    const hasOther = vscode.workspace.workspaceFolders !== undefined;
    await vscode.commands.executeCommand("vscode.openFolder", folder, {
      forceNewWindow: hasOther,
    });
  }

  async show(files: readonly vscode.Uri[]): Promise<void> {
    for (const file of files) {
      await vscode.window.showTextDocument(file, { preview: false });
    }
  }

  /** Show what the window before this one remembered. */
  async resume(): Promise<void> {
    const pending = this.memory.get<Pending>(KEY);
    const folders = vscode.workspace.workspaceFolders ?? [];
    if (!pending || !folders.some(({ uri }) => uri.toString() === pending.folder)) {
      return;
    }
    await this.memory.update(KEY, undefined);
    await this.show(pending.files.map((file) => vscode.Uri.parse(file)));
    if (pending.isExample) {
      await this.onExample();
    }
  }
}
