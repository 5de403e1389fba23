import type { KnownServer, ServerState } from "../common/serverDirectory";
import type { LaunchedServer } from "./launchedServers";
import { type ServerRow, urlOf } from "./serverRow";

/** A server, with all that is known of it. */
export interface ServerEntry extends KnownServer {
  /** Whether a debug session of this window has launched it: then it can be started anew. */
  readonly isLaunched: boolean;
  /** Whether a debugger is attached: of this window, or another one. */
  readonly hasDebugger: boolean;
  /** When it was started, in milliseconds. */
  readonly since: number;
  /** Why the script cannot be served. */
  readonly reason: string | undefined;
  /** Whether it has been told from here to end. */
  readonly isStopping: boolean;
  /** What it tells of itself; undefined while nobody looks. */
  readonly row: ServerRow | undefined;
}

/** What the window knows apart from the servers' own figures. */
export interface WindowSessions {
  readonly launched: readonly LaunchedServer[];
  /** The sessions that are attached to a running server, by its process. */
  readonly attached: ReadonlyMap<number, string>;
  /** The sessions of which a thread has stopped, at a breakpoint for one. */
  readonly paused: ReadonlySet<string>;
  /** The processes of servers that have been told to end. */
  readonly stopping: ReadonlySet<number>;
}

/** All servers: those of this window first, then the others, each the youngest first. */
export function mergeServers(sessions: WindowSessions, rows: readonly ServerRow[]): ServerEntry[] {
  const rest = new Map(rows.map((row) => [row.pid, row]));
  const own: ServerEntry[] = [];
  for (const launched of sessions.launched) {
    const row = launched.address && rest.get(launched.address.pid);
    if (row) {
      rest.delete(row.pid);
    }
    // Before it listens there is nobody to talk to; what has failed is shown without.
    if (launched.address || launched.state === "failed") {
      own.push(launchedEntry(launched, row, sessions));
    }
  }
  const others = [...rest.values()].map((row) => foreignEntry(row, sessions));
  const attached = others.filter((entry) => entry.sessionId !== undefined);
  return [...own, ...attached, ...others.filter((entry) => entry.sessionId === undefined)];
}

function launchedEntry(
  launched: LaunchedServer,
  row: ServerRow | undefined,
  { paused, stopping }: WindowSessions,
): ServerEntry {
  const isPaused = paused.has(launched.sessionId);
  return {
    pid: launched.address?.pid ?? 0,
    url: launched.address?.url ?? "",
    entryScript: launched.entryScript,
    state: stateOf(launched, row, isPaused),
    sessionId: launched.sessionId,
    isLaunched: true,
    hasDebugger: row?.is_attached ?? true,
    since: row ? Date.parse(row.started) : launched.since,
    reason: launched.reason,
    isStopping: launched.address !== undefined && stopping.has(launched.address.pid),
    row: launched.state === "failed" ? undefined : row,
  };
}

function foreignEntry(row: ServerRow, { attached, paused, stopping }: WindowSessions): ServerEntry {
  const sessionId = attached.get(row.pid);
  const isPaused = sessionId !== undefined && paused.has(sessionId);
  return {
    pid: row.pid,
    url: urlOf(row),
    entryScript: row.entry_script,
    state: isPaused ? "paused" : row.state,
    sessionId,
    isLaunched: false,
    hasDebugger: sessionId !== undefined || row.is_attached,
    since: Date.parse(row.started),
    reason: undefined,
    isStopping: stopping.has(row.pid),
    row,
  };
}

function stateOf(
  launched: LaunchedServer,
  row: ServerRow | undefined,
  isPaused: boolean,
): ServerState {
  if (launched.state === "failed" || isPaused) {
    return launched.state === "failed" ? "failed" : "paused";
  }
  // What the session reports comes at once, the figures a moment later.
  return launched.state === "ready" && row?.state !== "starting"
    ? (row?.state ?? "ready")
    : launched.state;
}
