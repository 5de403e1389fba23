import type { ListedServer } from "../common/listedServer";

/** A server with what it has done so far; null is what nobody knows. */
export interface ServerRow extends ListedServer {
  readonly log_file: string | null;
  readonly state: "starting" | "ready" | "busy";
  /** How many requests are in `run()` just now, and since when the oldest of them. */
  readonly running: number;
  readonly busy_since: string | null;
  readonly requests: number;
  readonly failures: number;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  readonly memory_bytes: number | null;
  /** When the script that serves was loaded. */
  readonly loaded: string | null;
  /** Since when `init()` runs, while no worker serves. */
  readonly loading_since: string | null;
  readonly init_seconds: number | null;
  /** What `init()` has read from files. */
  readonly bytes_read: number | null;
}

/** What can still be said of a server when nobody has looked for a while. */
export function asLastSeen(row: ServerRow): ServerRow {
  return row.state === "busy" ? { ...row, state: "ready", running: 0, busy_since: null } : row;
}

/** Where this machine reaches a server. */
export function urlOf({ host, port }: Pick<ServerRow, "host" | "port">): string {
  const everywhere: Readonly<Record<string, string>> = {
    "": "127.0.0.1",
    "0.0.0.0": "127.0.0.1",
    "::": "::1",
  };
  const reachable = everywhere[host] ?? host;
  return reachable.includes(":") ? `http://[${reachable}]:${port}` : `http://${reachable}:${port}`;
}
