import * as vscode from "vscode";
import { log } from "../common/log";
import type { Problem } from "../common/problem";
import type { KnownServer, ServerDirectory } from "../common/serverDirectory";
import type { SessionReport } from "../common/sessionReport";
import { samePath } from "./samePath";
import { mergeServers, type ServerEntry } from "./serverEntry";
import { asLastSeen, type ServerRow } from "./serverRow";
import { Sessions } from "./windowSessions";

/** What the directory has done elsewhere. */
export interface DirectoryParts {
  /** What the debug sessions of this window tell of the servers that they have launched. */
  readonly reports: vscode.Event<SessionReport>;
  /** The servers of this user that run just now. */
  list(): Promise<readonly ServerRow[] | Problem>;
  /** The same again and again, whenever something has changed, until it is disposed of. */
  watch(listener: (rows: readonly ServerRow[]) => void): vscode.Disposable;
  /** Start a script; false if it was not, and the user knows why. */
  start(
    script: string,
    how: { readonly noDebug: boolean; readonly reload: boolean },
  ): Promise<boolean>;
}

/** The servers of this user: those of this window's sessions, and those that others have started. */
export class Servers implements ServerDirectory, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly reloaded = new vscode.EventEmitter<string>();
  readonly onDidReload = this.reloaded.event;
  readonly sessions: Sessions;
  private readonly subscriptions: vscode.Disposable;
  private rows: readonly ServerRow[] = [];
  private watching: vscode.Disposable | undefined;
  private followers = 0;
  private readonly starts = new Map<string, Promise<boolean>>();

  constructor(private readonly parts: DirectoryParts) {
    // Before the sessions forget which server has ended.
    const hearing = parts.reports((report) => this.hear(report));
    this.sessions = new Sessions(parts.reports);
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      this.reloaded,
      hearing,
      this.sessions,
      this.sessions.onDidChange(() => this.changed.fire()),
    );
  }

  get servers(): readonly ServerEntry[] {
    return mergeServers(this.sessions, this.isFollowing ? this.rows : this.rows.map(asLastSeen));
  }

  /** Whether what is known of servers of other windows and of terminals is of just now. */
  get isFollowing(): boolean {
    return this.watching !== undefined;
  }

  serverOf(entryScript: string): ServerEntry | undefined {
    return this.servers.find(
      (each) =>
        each.state !== "failed" && !each.isStopping && samePath(each.entryScript, entryScript),
    );
  }

  async ensureServer(
    entryScript: string,
    cancellation: vscode.CancellationToken,
    options?: { readonly reload: boolean },
  ): Promise<KnownServer | Problem | undefined> {
    if (!vscode.workspace.isTrusted) {
      const message = vscode.l10n.t("This workspace is not trusted: no server is started from it.");
      return { message, actions: [{ kind: "manageTrust" }] };
    }
    if (!this.isLaunching(entryScript) && !this.serverOf(entryScript)?.isLaunched) {
      const problem = await this.refresh();
      if (problem) {
        return problem;
      }
      if (!this.serverOf(entryScript)) {
        const how = { reload: options?.reload ?? false };
        if (cancellation.isCancellationRequested || !(await this.start(entryScript, how))) {
          return undefined;
        }
      }
    }
    return this.untilReady(entryScript, cancellation);
  }

  /** Start a script, under the debugger if it has breakpoints; false if the user knows why not. */
  start(entryScript: string, { reload }: { readonly reload: boolean }): Promise<boolean> {
    // A session takes a moment to come: who asks twice meanwhile wants one server.
    let starting = this.starts.get(entryScript);
    if (!starting) {
      const noDebug = !hasBreakpoint(entryScript);
      starting = this.parts
        .start(entryScript, { noDebug, reload })
        .finally(() => this.starts.delete(entryScript));
      this.starts.set(entryScript, starting);
    }
    return starting;
  }

  /** A server that has ended: its figures may still hold it for a moment. */
  forget(pid: number): void {
    this.rows = this.rows.filter((row) => row.pid !== pid);
    this.changed.fire();
  }

  /** Have the figures of all servers brought up to date until this is disposed of. */
  follow(): vscode.Disposable {
    this.followers += 1;
    this.watching ??= this.parts.watch((rows) => this.setRows(rows));
    let isOver = false;
    return new vscode.Disposable(() => {
      if (!isOver) {
        isOver = true;
        this.followers -= 1;
        if (this.followers === 0) {
          this.watching?.dispose();
          this.watching = undefined;
          this.changed.fire();
        }
      }
    });
  }

  /** Look once, unless somebody looks all the time. */
  async refresh(): Promise<Problem | undefined> {
    const rows = await this.parts.list();
    if ("message" in rows) {
      return rows;
    }
    this.setRows(rows);
    return undefined;
  }

  dispose(): void {
    this.watching?.dispose();
    this.subscriptions.dispose();
  }

  private isLaunching(entryScript: string): boolean {
    return this.sessions.launched.some(
      (each) => each.state === "starting" && samePath(each.entryScript, entryScript),
    );
  }

  private untilReady(
    entryScript: string,
    cancellation: vscode.CancellationToken,
  ): Promise<KnownServer | Problem | undefined> {
    return new Promise((resolve) => {
      // Of a server that a session has launched, that one tells.
      const following = this.isLaunching(entryScript) ? undefined : this.follow();
      const settle = (outcome: KnownServer | Problem | undefined) => {
        vscode.Disposable.from(...subscriptions).dispose();
        following?.dispose();
        resolve(outcome);
      };
      const look = () => {
        const server = this.serverOf(entryScript);
        if (cancellation.isCancellationRequested) {
          settle(undefined);
        } else if (server && server.state !== "starting") {
          settle(server);
        } else if (!server && !this.isLaunching(entryScript)) {
          // Whoever has launched it has been told why.
          settle(following ? ended(entryScript) : undefined);
        }
      };
      const subscriptions = [
        this.onDidChange(look),
        cancellation.onCancellationRequested(look),
      ] as const;
      look();
    });
  }

  private hear(report: SessionReport): void {
    if (report.kind === "reloaded") {
      this.reloaded.fire(report.entryScript);
    }
    if (report.kind === "ended") {
      const pid = this.sessions.launched.find(({ sessionId }) => sessionId === report.sessionId)
        ?.address?.pid;
      if (pid !== undefined) {
        this.forget(pid);
      }
    }
  }

  private setRows(rows: readonly ServerRow[]): void {
    const before = new Map(this.rows.map((row) => [row.pid, row]));
    this.rows = rows;
    this.changed.fire();
    for (const row of rows) {
      const known = before.get(row.pid);
      const isOurs = this.sessions.launched.some(({ address }) => address?.pid === row.pid);
      // A session reports by itself that its script has been loaded anew.
      if (!isOurs && known?.loaded && row.loaded && known.loaded !== row.loaded) {
        log.info(`The server ${row.pid} has loaded ${row.entry_script} anew`);
        this.reloaded.fire(row.entry_script);
      }
    }
  }
}

function ended(entryScript: string): Problem {
  return {
    message: vscode.l10n.t("The server of {0} has ended before it was ready.", entryScript),
    actions: [{ kind: "showLog" }],
  };
}

function hasBreakpoint(script: string): boolean {
  return vscode.debug.breakpoints.some(
    (each) =>
      each.enabled &&
      each instanceof vscode.SourceBreakpoint &&
      samePath(each.location.uri.fsPath, script),
  );
}
