import * as path from "node:path";
import type { ServerState } from "../common/serverDirectory";
import { bytes, duration, elapsed } from "./figureTexts";
import type { ServerEntry } from "./serverEntry";
import type { ServerRow } from "./serverRow";

/** The texts of a server, wherever it is shown. */
export interface RowTexts {
  readonly label: string;
  /** Behind the label: the state first. */
  readonly description: string;
  /** For a screen reader: all of it in words. */
  readonly spoken: string;
}

const STATES: Readonly<Record<ServerState, string>> = {
  starting: "starting",
  ready: "ready",
  busy: "busy",
  paused: "paused",
  failed: "failed",
};

/** What a server is at, in a word. */
export function wordOf({ state, isStopping }: ServerEntry): string {
  return isStopping ? "stopping" : STATES[state];
}

/** Where a server listens, as it stands behind the name of its script; nothing if it does not. */
export function portText({ url }: ServerEntry): string {
  return url === "" ? "" : `:${new URL(url).port}`;
}

export function rowTexts(server: ServerEntry): RowTexts {
  const name = path.basename(server.entryScript);
  const facts = server.state === "failed" ? [server.reason ?? ""] : figures(server.row);
  const state = wordOf(server);
  const port = portText(server);
  return {
    label: `${name} ${port}`.trim(),
    description: [state, ...facts].filter(Boolean).join(" · "),
    spoken: [port === "" ? name : `${name} on port ${port.slice(1)}`, state, ...facts]
      .filter(Boolean)
      .join(", "),
  };
}

/** What `init()` does while it runs, as far as it is known. */
export function loadingText(since: number, now: number, row: ServerRow | undefined): string {
  const init = row?.loading_since;
  const time = `${init ? "init() runs for" : "for"} ${elapsed(now - (init ? Date.parse(init) : since))}`;
  const read = row?.bytes_read;
  return read ? `${time}, ${bytes(read)} read` : time;
}

/** A table for the tooltip: each line a name and what is known under it. */
export function details(
  server: ServerEntry,
  now: number,
  relative: (file: string) => string,
): [string, string][] {
  const { row } = server;
  const lines: [string, string | undefined][] = [
    ["Entry script", relative(server.entryScript)],
    ["Address", server.url],
    ["State", longState(server, now)],
    ["Reason", server.reason],
    ["Requests", row && requests(row)],
    ["p50 / p99", row && latencies(row)],
    ["Memory", row?.memory_bytes ? bytes(row.memory_bytes) : undefined],
    ["init()", row && initText(row)],
    ["Model folder", row?.model_dir ? relative(row.model_dir) : undefined],
    ["Started", row && `${elapsed(now - server.since)} ago, ${startedBy(server)}`],
    ["Processes", row && processes(row)],
    ["Python", row?.python],
    ["Version", row?.version],
  ];
  return lines.filter((line): line is [string, string] => Boolean(line[1]));
}

function figures(row: ServerRow | undefined): string[] {
  if (!row) {
    return [];
  }
  const memory = row.memory_bytes === null ? "" : bytes(row.memory_bytes);
  if (row.state === "starting") {
    return [row.bytes_read ? `${bytes(row.bytes_read)} read` : "", memory].filter(Boolean);
  }
  const times =
    row.p50_ms === null || row.p99_ms === null
      ? ""
      : `p50 ${duration(row.p50_ms)}, p99 ${duration(row.p99_ms)}`;
  return [requests(row), times, memory].filter(Boolean);
}

function requests({ requests, failures }: ServerRow): string {
  const count = requests === 1 ? "1 request" : `${requests} requests`;
  return failures > 0 ? `${count}, ${failures} failed` : count;
}

function latencies({ p50_ms, p99_ms }: ServerRow): string | undefined {
  return p50_ms === null || p99_ms === null
    ? undefined
    : `${duration(p50_ms)} / ${duration(p99_ms)}`;
}

function longState({ state, row }: ServerEntry, now: number): string {
  switch (state) {
    case "starting":
      return row?.loading_since
        ? `starting: ${loadingText(0, now, row)}`
        : "starting: the script is being loaded";
    case "busy": {
      const count = row?.running ?? 1;
      const since = row?.busy_since ? ` for ${elapsed(now - Date.parse(row.busy_since))}` : "";
      return count > 1 ? `busy: ${count} requests in run()${since}` : `busy: in run()${since}`;
    }
    case "paused":
      return "paused: the debugger has stopped it";
    case "failed":
      return "failed: the script cannot be served";
    case "ready":
      return "ready: waits for requests";
  }
}

function initText({ init_seconds, bytes_read }: ServerRow): string | undefined {
  if (init_seconds === null) {
    return undefined;
  }
  const read = bytes_read ? `, ${bytes(bytes_read)} read` : "";
  return `${duration(init_seconds * 1000)}${read}`;
}

function startedBy({ isLaunched }: ServerEntry): string {
  return isLaunched
    ? "in this window"
    : "elsewhere (it cannot be restarted from here: stop it, and start it where it was)";
}

function processes({ pid, workers }: ServerRow): string {
  const others = workers.filter((worker) => worker !== pid);
  return others.length === 0 ? `${pid}` : `${pid}, workers ${others.join(", ")}`;
}
