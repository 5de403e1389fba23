import * as path from "node:path";
import type { Problem } from "../../common/problem";

/** A server of this user, as `azmlinfsrv ps --json` lists it. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly host: string;
  readonly entry_script: string;
  readonly model_dir: string | null;
  readonly python: string;
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  /** The folder from which the server's own code came. */
  readonly library: string;
  /** Where it listens for a debugger, with `--debug_port`. */
  readonly debug_port: number | null;
  /** The processes that score. */
  readonly workers: readonly number[];
  /** Whether a debugger started it. */
  readonly is_debuggee: boolean;
  /** Whether it has a debugger already. */
  readonly is_attached: boolean;
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
export interface ServerRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** What the picker shows of a server; `relative` shortens a path. */
export function serverRow(
  server: RunningServer,
  now: Date,
  relative: (file: string) => string,
): ServerRow {
  const { workers } = server;
  const facts = [
    age(now.getTime() - Date.parse(server.started)),
    workers.length === 1 ? "1 worker" : `${workers.length} workers`,
    server.model_dir === null ? "no model folder" : `model folder ${relative(server.model_dir)}`,
    relative(path.dirname(server.entry_script)),
  ];
  return {
    label: `${path.basename(server.entry_script)} :${server.port}`,
    description: `pid ${server.pid}${server.is_attached ? " – has a debugger already" : ""}`,
    detail: facts.join(" · "),
  };
}

/** What the picker shows of a process of the published server. */
export function processRow(process: PublishedProcess): ServerRow {
  return {
    label: `${process.role} of the published server`,
    description: `pid ${process.pid}`,
    // Interpreter and program are long, and the same for all.
    detail: process.refusal ?? process.command.replace(/^.*?(?= --)/, "…"),
  };
}

/** The name of a session with this server. */
export function attachName(server: RunningServer): string {
  return `Azure ML: attach to ${path.basename(server.entry_script)} :${server.port}`;
}

function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units: readonly [number, string][] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  for (const [size, unit] of units) {
    if (seconds >= size) {
      const count = Math.floor(seconds / size);
      return `started ${count} ${unit}${count === 1 ? "" : "s"} ago`;
    }
  }
  return "started just now";
}
