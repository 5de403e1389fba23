import * as path from "node:path";
import * as l10n from "@vscode/l10n";
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

/** What a server is at, in a word. */
export function wordOf({ state, isStopping }: ServerEntry): string {
  return isStopping ? l10n.t("stopping") : stateWord(state);
}

function stateWord(state: ServerState): string {
  switch (state) {
    case "starting":
      return l10n.t("starting");
    case "ready":
      return l10n.t("ready");
    case "busy":
      return l10n.t("busy");
    case "paused":
      return l10n.t("paused");
    case "failed":
      return l10n.t("failed");
  }
}

/** Where a server listens, as it stands behind the name of its script; nothing if it does not. */
export function portText({ url }: ServerEntry): string {
  return url === "" ? "" : `:${new URL(url).port}`;
}

export function rowTexts(
  server: ServerEntry,
  name: string = path.basename(server.entryScript),
): RowTexts {
  const facts = server.state === "failed" ? [server.reason ?? ""] : figures(server.row);
  const state = wordOf(server);
  const port = portText(server);
  return {
    label: `${name} ${port}`.trim(),
    description: [state, ...facts].filter(Boolean).join(" · "),
    spoken: [port === "" ? name : l10n.t("{0} on port {1}", name, port.slice(1)), state, ...facts]
      .filter(Boolean)
      .join(", "),
  };
}

/** What `init()` does while it runs, as far as it is known. */
export function loadingText(since: number, now: number, row: ServerRow | undefined): string {
  const init = row?.loading_since;
  const time = elapsed(now - (init ? Date.parse(init) : since));
  const text = init ? l10n.t("init() runs for {0}", time) : time;
  return row?.bytes_read ? `${text}, ${readText(row.bytes_read)}` : text;
}

/** A table for the tooltip: each line a name and what is known under it. */
export function details(
  server: ServerEntry,
  now: number,
  relative: (file: string) => string,
): [string, string][] {
  const { row } = server;
  const lines: [string, string | undefined][] = [
    [l10n.t("Entry script"), relative(server.entryScript)],
    [l10n.t("Address"), server.url],
    [l10n.t("State"), longState(server, now)],
    [l10n.t("Reason"), server.reason],
    [l10n.t("Requests"), row && requests(row)],
    ["p50 / p99", row && latencies(row)],
    [l10n.t("Memory"), row?.memory_bytes ? bytes(row.memory_bytes) : undefined],
    ["init()", row && initText(row)],
    [l10n.t("Model folder"), row?.model_dir ? relative(row.model_dir) : undefined],
    [l10n.t("Started"), row && startedText(server, elapsed(now - server.since))],
    [l10n.t("Processes"), row && processes(row)],
    ["Python", row?.python],
    [l10n.t("Version"), row?.version],
  ];
  return lines.filter((line): line is [string, string] => Boolean(line[1]));
}

function figures(row: ServerRow | undefined): string[] {
  if (!row) {
    return [];
  }
  const memory = row.memory_bytes === null ? "" : bytes(row.memory_bytes);
  if (row.state === "starting") {
    return [row.bytes_read ? readText(row.bytes_read) : "", memory].filter(Boolean);
  }
  const times =
    row.p50_ms === null || row.p99_ms === null
      ? ""
      : `p50 ${duration(row.p50_ms)}, p99 ${duration(row.p99_ms)}`;
  return [requests(row), times, memory].filter(Boolean);
}

function requests({ requests, failures }: ServerRow): string {
  const count = requests === 1 ? l10n.t("1 request") : l10n.t("{0} requests", requests);
  return failures > 0 ? l10n.t("{0}, {1} failed", count, failures) : count;
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
        ? l10n.t("starting: {0}", loadingText(0, now, row))
        : l10n.t("starting: the script is being loaded");
    case "busy": {
      const count = row?.running ?? 1;
      const state =
        count > 1 ? l10n.t("busy: {0} requests in run()", count) : l10n.t("busy: in run()");
      const since = row?.busy_since && elapsed(now - Date.parse(row.busy_since));
      return since ? `${state}, ${l10n.t("for {0}", since)}` : state;
    }
    case "paused":
      return l10n.t("paused: the debugger has stopped it");
    case "failed":
      return l10n.t("failed: the script cannot be served");
    case "ready":
      return l10n.t("ready: waits for requests");
  }
}

function initText({ init_seconds, bytes_read }: ServerRow): string | undefined {
  if (init_seconds === null) {
    return undefined;
  }
  const time = duration(init_seconds * 1000);
  return bytes_read ? `${time}, ${readText(bytes_read)}` : time;
}

function readText(amount: number): string {
  return l10n.t("{0} read", bytes(amount));
}

function startedText({ isLaunched }: ServerEntry, time: string): string {
  return isLaunched
    ? l10n.t("{0} ago, in this window", time)
    : l10n.t(
        "{0} ago, elsewhere (it cannot be restarted from here: stop it, and start it where it was)",
        time,
      );
}

function processes({ pid, workers }: ServerRow): string {
  const others = workers.filter((worker) => worker !== pid);
  return others.length === 0 ? `${pid}` : l10n.t("{0}, workers {1}", pid, others.join(", "));
}
