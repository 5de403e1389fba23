import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { showProblem } from "../../common/showProblem";
import { parseHttpFile } from "../httpFile/parseHttpFile";
import type { CurrentRequests } from "../view/currentRequests";
import type { RequestNode } from "../view/requestsView";
import { isHttpFile, isRequestFile, type RequestRef } from "./requestRef";
import type { WorkspaceRequests } from "./workspaceRequests";
import { chooseScript, type WorkspaceScripts } from "./workspaceScripts";

/** What a command is given: by a lens, a menu, a row of the view – or nothing, by palette or key. */
export type CommandTarget = string | vscode.Uri | RequestRef | RequestNode | undefined;

export interface Chosen {
  readonly ref: RequestRef;
  readonly script: string | undefined;
}

interface Parts {
  readonly requests: WorkspaceRequests;
  readonly scripts: WorkspaceScripts;
  readonly current: CurrentRequests;
  newSample(script: string): Promise<RequestRef | undefined>;
}

/** Finds out which request a command is about. */
export class ChosenRequest {
  constructor(private readonly parts: Parts) {}

  /** The request itself, where the command names one. */
  refOf(target: CommandTarget): RequestRef | undefined {
    if (typeof target !== "object" || target instanceof vscode.Uri) {
      return undefined;
    }
    if ("index" in target) {
      return target;
    }
    return target.kind === "request" ? target.ref : undefined;
  }

  async find(target: CommandTarget): Promise<Chosen | undefined> {
    const ref = this.refOf(target);
    if (ref) {
      const isNode = typeof target === "object" && "kind" in target && target.kind === "request";
      return { ref, script: isNode ? target.script : undefined };
    }
    const file = fileOf(target) ?? activeFile();
    if (file !== undefined && isRequestFile(file)) {
      return { ref: { file, index: indexAtCursor(file) }, script: undefined };
    }
    const script = await this.script(target);
    if (script === undefined) {
      return undefined;
    }
    const known =
      this.parts.current.of(script) ?? (await this.first(script)) ?? (await this.create(script));
    return known && { ref: known, script };
  }

  /** The script that a command is about; asks if it could be several. */
  async script(target: CommandTarget): Promise<string | undefined> {
    if (typeof target === "object" && "kind" in target && target.kind === "script") {
      return target.script;
    }
    const file = fileOf(target) ?? activeFile();
    if (file !== undefined && (await this.parts.scripts.isEntryScript(file))) {
      return file;
    }
    if (!vscode.workspace.isTrusted) {
      // Nobody has looked for any.
      await showProblem({
        message: vscode.l10n.t("This workspace is not trusted: no requests are sent from it."),
        actions: [{ kind: "manageTrust" }],
      });
      return undefined;
    }
    const scripts = await this.parts.scripts.all();
    const script = await chooseScript(scripts, vscode.l10n.t("Which entry script?"));
    if (scripts.length === 0) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          "No entry script here: none of the Python files in this workspace defines init() and run().",
        ),
      );
    }
    return script;
  }

  /** What there is for a script that nothing was sent to yet; of several files the user chooses. */
  private async first(script: string): Promise<RequestRef | undefined> {
    // The documented name stands before others, and is looked for by itself: VS Code may not hear of
    // a file that comes together with its folder.
    const sample = path.join(path.dirname(script), "sample-request.json");
    if (fs.existsSync(sample)) {
      return { file: sample, index: 0 };
    }
    const files: string[] = [];
    for (const file of await this.parts.requests.files()) {
      if ((await this.parts.scripts.scriptsFor(file)).includes(script)) {
        files.push(file);
      }
    }
    return files[0] === undefined ? undefined : { file: files[0], index: 0 };
  }

  private async create(script: string): Promise<RequestRef | undefined> {
    const ref = await this.parts.newSample(script);
    if (ref) {
      await vscode.window.showTextDocument(vscode.Uri.file(ref.file), {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: false,
      });
    }
    return ref;
  }
}

function fileOf(target: CommandTarget): string | undefined {
  if (typeof target === "string") {
    return vscode.Uri.parse(target).fsPath;
  }
  return target instanceof vscode.Uri ? target.fsPath : undefined;
}

function activeFile(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri.fsPath : undefined;
}

/** The request of an `.http` file that the cursor stands in. */
function indexAtCursor(file: string): number {
  const editor = vscode.window.activeTextEditor;
  if (!isHttpFile(file) || editor?.document.uri.fsPath !== file) {
    return 0;
  }
  const { requests } = parseHttpFile(editor.document.getText());
  const line = editor.selection.active.line;
  return Math.max(0, requests.filter(({ firstLine }) => firstLine <= line).length - 1);
}
