import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import type { ListedServer } from "../../common/listedServer";
import type { Problem } from "../../common/problem";

/** A server of this user that a debugger can be attached to. */
export interface RunningServer extends ListedServer {
  /** The folder from which the server's own code came. */
  readonly library: string;
  /** Where it listens for a debugger, with `--debug_port`. */
  readonly debug_port: number | null;
}

/** A process of the published server, which leaves no record of itself. */
export interface PublishedProcess {
  readonly pid: number;
  readonly parent: number;
  /** `run()` is called in workers only. */
  readonly role: "master" | "worker";
  readonly command: string;
  readonly python: string;
  /** Why a debugger cannot enter it, and what to do. */
  readonly refusal: string | null;
}

/** What `azmlinfsrv ps --all --json` lists. */
export interface Debuggable {
  readonly servers: readonly RunningServer[];
  readonly published: readonly PublishedProcess[];
  /** Why a server that has been started may not be listed. */
  readonly warning?: string | undefined;
}

/** Lists what can be attached to; a problem when nobody can tell. */
export type ListServers = () => Promise<Debuggable | Problem>;

/** One line of the picker. */
export interface PickerRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** What the picker shows of a server; `relative` shortens a path. */
export function serverRow(
  server: RunningServer,
  now: Date,
  relative: (file: string) => string,
): PickerRow {
  const { workers } = server;
  const facts = [
    age(now.getTime() - Date.parse(server.started)),
    workers.length === 1 ? l10n.t("1 worker") : l10n.t("{0} workers", workers.length),
    server.model_dir === null
      ? l10n.t("no model folder")
      : l10n.t("model folder {0}", relative(server.model_dir)),
    relative(path.dirname(server.entry_script)),
  ];
  return {
    label: `${path.basename(server.entry_script)} :${server.port}`,
    description: server.is_attached
      ? l10n.t("pid {0} – has a debugger already", server.pid)
      : l10n.t("pid {0}", server.pid),
    detail: facts.join(" · "),
  };
}

/** What the picker shows of a process of the published server. */
export function processRow(process: PublishedProcess): PickerRow {
  return {
    label:
      process.role === "master"
        ? l10n.t("master of the published server")
        : l10n.t("worker of the published server"),
    description: l10n.t("pid {0}", process.pid),
    // Interpreter and program are long, and the same for all.
    detail: process.refusal ?? process.command.replace(/^.*?(?= --)/, "…"),
  };
}

/** The name of a session with this server. */
export function attachName(server: RunningServer): string {
  return l10n.t("Azure ML: attach to {0} :{1}", path.basename(server.entry_script), server.port);
}

function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units: readonly [number, (count: number) => string][] = [
    [86_400, days],
    [3_600, hours],
    [60, minutes],
  ];
  const [size, inWords] = units.find(([each]) => seconds >= each) ?? [];
  return size === undefined || inWords === undefined
    ? l10n.t("started just now")
    : inWords(Math.floor(seconds / size));
}

function days(count: number): string {
  return count === 1 ? l10n.t("started 1 day ago") : l10n.t("started {0} days ago", count);
}

function hours(count: number): string {
  return count === 1 ? l10n.t("started 1 hour ago") : l10n.t("started {0} hours ago", count);
}

function minutes(count: number): string {
  return count === 1 ? l10n.t("started 1 minute ago") : l10n.t("started {0} minutes ago", count);
}
