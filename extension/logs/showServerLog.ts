import * as vscode from "vscode";
import type { KnownServer, ServerDirectory } from "../common/serverDirectory";
import { showProblem } from "../common/showProblem";
import type { ServerLog } from "./serverLog";
import type { ServerLogs } from "./serverLogs";

/** An item of the servers view, a process, the id of a session, or nothing. */
type Argument = { readonly server: KnownServer } | number | string | undefined;

export interface LogCommandParts {
  readonly directory: ServerDirectory;
  /** Look once which servers run; a problem if nobody can tell. */
  refresh(): Promise<Parameters<typeof showProblem>[0] | undefined>;
}

/** Show the log of a server; the one of the active script unless another is named. */
export async function showServerLog(
  logs: ServerLogs,
  { directory, refresh }: LogCommandParts,
  argument: Argument,
): Promise<void> {
  const log = findLog(logs, directory, argument);
  if (log) {
    log.open().show(true);
    return;
  }
  const problem = await refresh();
  if (problem) {
    await showProblem(problem);
    return;
  }
  const server = findServer(directory, argument);
  const chosen = server ?? (argument === undefined ? await choose(logs, directory) : undefined);
  if (chosen === "none" || (argument !== undefined && chosen === undefined)) {
    await offerToStart(argument);
  } else if (chosen !== undefined) {
    await show(logs, chosen);
  }
}

async function show(logs: ServerLogs, chosen: ServerLog | KnownServer): Promise<void> {
  if ("ring" in chosen) {
    chosen.open().show(true);
    return;
  }
  const log = await logs.read(chosen);
  if (log) {
    log.open().show(true);
    return;
  }
  const told = vscode.l10n.t(
    "The server {0} keeps no log: it is of an older version. What it prints is where it was started.",
    chosen.pid,
  );
  await vscode.window.showWarningMessage(told);
}

function findLog(
  logs: ServerLogs,
  directory: ServerDirectory,
  argument: Argument,
): ServerLog | undefined {
  if (typeof argument === "object") {
    return logs.of(argument.server);
  }
  if (argument !== undefined) {
    const known = typeof argument === "number" ? { pid: argument } : { sessionId: argument };
    return logs.of({ pid: 0, sessionId: undefined, ...known });
  }
  const script = activeScript();
  const server = script === undefined ? undefined : directory.serverOf(script);
  return (
    (server && logs.of(server)) ??
    // That of a server that has failed, or has ended a moment ago.
    (server ? undefined : logs.all.find(({ entryScript }) => entryScript === script))
  );
}

function findServer(directory: ServerDirectory, argument: Argument): KnownServer | undefined {
  if (argument === undefined) {
    const script = activeScript();
    return script === undefined ? undefined : directory.serverOf(script);
  }
  return typeof argument === "object"
    ? argument.server
    : directory.servers.find(({ pid, sessionId }) => pid === argument || sessionId === argument);
}

/** Ask which log is meant; "none" if there is none, undefined if the user gave up. */
async function choose(
  logs: ServerLogs,
  directory: ServerDirectory,
): Promise<ServerLog | KnownServer | "none" | undefined> {
  const others = directory.servers.filter((server) => server.pid !== 0 && !logs.of(server));
  const items = [
    ...logs.all.map((log) => ({
      label: log.name,
      description: log.ended === undefined ? "" : vscode.l10n.t("has ended"),
      detail: vscode.workspace.asRelativePath(log.entryScript),
      chosen: log as ServerLog | KnownServer,
    })),
    ...others.map((server) => ({
      label: `${vscode.workspace.asRelativePath(server.entryScript)} :${new URL(server.url).port}`,
      description: vscode.l10n.t("process {0}", server.pid),
      detail: vscode.workspace.asRelativePath(server.entryScript),
      chosen: server as ServerLog | KnownServer,
    })),
  ];
  if (items.length === 0) {
    return "none";
  }
  const title = vscode.l10n.t("The log of which server?");
  return (await vscode.window.showQuickPick(items, { title }))?.chosen;
}

async function offerToStart(argument: Argument): Promise<void> {
  const told =
    argument === undefined
      ? vscode.l10n.t("No server runs, and none has failed in this window: there is no log.")
      : vscode.l10n.t("This server no longer runs, and its log has gone with it.");
  const start = vscode.l10n.t("Run Entry Script");
  if ((await vscode.window.showInformationMessage(told, start)) === start) {
    await vscode.commands.executeCommand("azmlinfsrv.run");
  }
}

function activeScript(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri.fsPath : undefined;
}
