import * as path from "node:path";
import * as vscode from "vscode";
import { loadRequest, nameOf } from "../requestFiles/loadRequest";
import { isHttpFile, keyOf, type RequestRef, scriptsFor } from "../requestFiles/requestRef";
import { readAsShown, type WorkspaceRequests } from "../requestFiles/workspaceRequests";
import type { WorkspaceScripts } from "../requestFiles/workspaceScripts";
import { isFailure } from "../sending/answer";
import type { Results } from "../sending/results";
import { answerWithSize, progressInWords, resultInWords } from "../sending/words";

const VIEW = "azmlinfsrv.requests";

/** What commands of the view are given. */
export type RequestNode =
  | { readonly kind: "script"; readonly script: string }
  | { readonly kind: "file"; readonly file: string; readonly refs: readonly RequestRef[] }
  | {
      readonly kind: "request";
      readonly ref: RequestRef;
      readonly script: string | undefined;
      readonly isInFile: boolean;
    };

export interface ViewParts {
  readonly requests: WorkspaceRequests;
  readonly scripts: WorkspaceScripts;
  readonly results: Results;
}

/** The requests of the workspace with what became of each; by script where there are several. */
export class RequestsView implements vscode.TreeDataProvider<RequestNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly registration: vscode.Disposable;

  constructor(private readonly parts: ViewParts) {
    const refresh = (): void => this.changed.fire(undefined);
    this.registration = vscode.Disposable.from(
      this.changed,
      vscode.window.createTreeView(VIEW, { treeDataProvider: this, showCollapseAll: false }),
      parts.requests.onDidChange(refresh),
      parts.scripts.onDidChange(refresh),
      parts.results.onDidChange(refresh),
    );
  }

  async getChildren(node?: RequestNode): Promise<RequestNode[]> {
    if (node?.kind === "file") {
      return node.refs.map((ref) => ({ kind: "request", ref, script: undefined, isInFile: true }));
    }
    const [files, scripts] = await Promise.all([
      this.parts.requests.files(),
      this.parts.scripts.all(),
    ]);
    if (node?.kind === "script") {
      return this.nodesOf(
        files.filter((file) => scriptsFor(file, scripts).includes(node.script)),
        node.script,
      );
    }
    const used = scripts.filter((script) =>
      files.some((file) => scriptsFor(file, scripts).includes(script)),
    );
    return used.length > 1
      ? used.map((script) => ({ kind: "script", script }))
      : this.nodesOf(files, undefined);
  }

  private async nodesOf(
    files: readonly string[],
    script: string | undefined,
  ): Promise<RequestNode[]> {
    const nodes: RequestNode[] = [];
    for (const file of files) {
      const refs = await this.parts.requests.requestsIn(file).catch(() => []);
      const [only] = refs;
      if (refs.length === 1 && only) {
        nodes.push({ kind: "request", ref: only, script, isInFile: false });
      } else if (refs.length > 1) {
        nodes.push({ kind: "file", file, refs });
      }
    }
    return nodes;
  }

  async getTreeItem(node: RequestNode): Promise<vscode.TreeItem> {
    switch (node.kind) {
      case "script": {
        const item = new vscode.TreeItem(
          vscode.Uri.file(node.script),
          vscode.TreeItemCollapsibleState.Expanded,
        );
        item.iconPath = vscode.ThemeIcon.File;
        // The folder: scripts of a repository tend to have one name.
        item.description = true;
        item.accessibilityInformation = { label: vscode.workspace.asRelativePath(node.script) };
        item.contextValue = "script";
        return item;
      }
      case "file": {
        const item = new vscode.TreeItem(
          path.basename(node.file),
          vscode.TreeItemCollapsibleState.Expanded,
        );
        item.id = node.file;
        item.tooltip = vscode.workspace.asRelativePath(node.file);
        item.iconPath = new vscode.ThemeIcon("file-code");
        item.command = openCommand(node.file, 0);
        return item;
      }
      case "request":
        return this.requestItem(node);
    }
  }

  private async requestItem(
    node: Extract<RequestNode, { kind: "request" }>,
  ): Promise<vscode.TreeItem> {
    const { ref, script, isInFile } = node;
    const loaded = await loadRequest(ref, readAsShown).catch(() => undefined);
    const isWhole = !isInFile && isHttpFile(ref.file);
    const name = isWhole || !loaded ? path.basename(ref.file) : nameOf(ref, loaded.description);
    const result = this.parts.results.result(ref);
    const progress = this.parts.results.progress(ref);
    const item = new vscode.TreeItem(name);
    item.id = `${script ?? ""}|${keyOf(ref)}`;
    item.description = progress
      ? progressInWords(progress, script ?? (await this.parts.scripts.scriptsFor(ref.file))[0])
      : resultInWords(result);
    const details =
      result?.kind === "answered" ? answerWithSize(result.exchange.answer) : item.description;
    item.tooltip = `${vscode.workspace.asRelativePath(ref.file)}\n${details}`;
    item.accessibilityInformation = { label: `${name}, ${item.description}` };
    item.command = openCommand(ref.file, loaded?.description.line ?? 0);
    if (progress) {
      item.iconPath = new vscode.ThemeIcon(
        progress.kind === "paused" ? "debug-pause" : "loading~spin",
      );
      item.contextValue = "requestSending";
    } else if (result?.kind === "answered") {
      const failed = isFailure(result.exchange.answer);
      item.iconPath = failed
        ? new vscode.ThemeIcon("error", new vscode.ThemeColor("testing.iconFailed"))
        : new vscode.ThemeIcon("pass", new vscode.ThemeColor("testing.iconPassed"));
      item.contextValue = "requestAnswered";
    } else {
      item.iconPath = new vscode.ThemeIcon(result ? "circle-slash" : "circle-outline");
      item.contextValue = "request";
    }
    return item;
  }

  dispose(): void {
    this.registration.dispose();
  }
}

function openCommand(file: string, line: number): vscode.Command {
  const selection = new vscode.Range(line, 0, line, 0);
  // Images take no selection.
  const options = isHttpFile(file) ? [{ selection }] : [];
  return { command: "vscode.open", title: "", arguments: [vscode.Uri.file(file), ...options] };
}
