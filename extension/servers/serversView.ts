import * as vscode from "vscode";
import type { Servers } from "./directory";
import { ServerItem } from "./serverItem";

const VIEW = "azmlinfsrv.servers";
const HAS_SERVERS = "azmlinfsrv.hasServers";
/** What comes together is shown together. */
const CALM_MS = 50;

/** The view "Azure ML Servers" of the Run and Debug side bar. */
export class ServersView implements vscode.TreeDataProvider<ServerItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<ServerItem>;
  private readonly subscriptions: vscode.Disposable;
  private following: vscode.Disposable | undefined;
  private pending: NodeJS.Timeout | undefined;
  private hadServers: boolean | undefined;

  constructor(private readonly directory: Servers) {
    this.view = vscode.window.createTreeView(VIEW, { treeDataProvider: this });
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.view,
      this.view.onDidChangeVisibility(() => this.followIfVisible()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.followIfVisible()),
      directory.onDidChange(() => this.refreshSoon()),
    );
    this.followIfVisible();
    this.refreshSoon();
  }

  getTreeItem(item: ServerItem): ServerItem {
    return item;
  }

  getChildren(parent?: ServerItem): ServerItem[] {
    return parent ? [] : this.directory.servers.map((server) => new ServerItem(server));
  }

  dispose(): void {
    clearTimeout(this.pending);
    this.following?.dispose();
    this.subscriptions.dispose();
  }

  /** A process looks at the servers, so it does only for somebody who looks at the view. */
  private followIfVisible(): void {
    if (this.view.visible && vscode.workspace.isTrusted) {
      this.following ??= this.directory.follow();
    } else {
      this.following?.dispose();
      this.following = undefined;
    }
  }

  private refreshSoon(): void {
    this.pending ??= setTimeout(() => {
      this.pending = undefined;
      this.changed.fire();
      const hasServers = this.directory.servers.length > 0;
      if (hasServers !== this.hadServers) {
        this.hadServers = hasServers;
        void vscode.commands.executeCommand("setContext", HAS_SERVERS, hasServers);
      }
    }, CALM_MS);
  }
}
