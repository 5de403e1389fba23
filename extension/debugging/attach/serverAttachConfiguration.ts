import { DEBUG_TYPE } from "../launchAttributes";
import { workerName } from "../workerConfiguration";
import { attachName, type RunningServer } from "./runningServer";

/** What the user may write about an attach to a running server, after substitution. */
export interface ServerAttachAttributes {
  readonly name?: string;
  readonly justMyCode?: boolean;
}

/** The configuration of the session that stands for a running server. */
export interface ServerAttachConfiguration {
  readonly type: typeof DEBUG_TYPE;
  readonly request: "attach";
  readonly name: string;
  readonly server: RunningServer;
  readonly justMyCode: boolean;
  readonly rules: readonly { readonly path: string; readonly include: boolean }[];
}

/** The configuration of one worker's session, which debugpy's adapter gets. */
export interface WorkerAttachConfiguration {
  readonly type: typeof DEBUG_TYPE;
  readonly request: "attach";
  readonly name: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Ours: which worker connects. debugpy does not know the word and passes it over. */
  readonly workerProcessId: number;
  readonly justMyCode: boolean;
  readonly rules: ServerAttachConfiguration["rules"];
  readonly subProcess: true;
  readonly redirectOutput: false;
}

export function serverAttachConfiguration(
  server: RunningServer,
  attributes: ServerAttachAttributes,
  bundle: string,
): ServerAttachConfiguration {
  const justMyCode = attributes.justMyCode ?? true;
  return {
    type: DEBUG_TYPE,
    request: "attach",
    name: attributes.name || attachName(server),
    server,
    justMyCode,
    // Neither is in a site-packages folder where the extension's terminal command started it.
    rules: justMyCode
      ? [bundle, server.library].map((folder) => ({ path: `${folder}/**`, include: false }))
      : [],
  };
}

export function workerAttachConfiguration(
  root: ServerAttachConfiguration,
  pid: number,
  number: number,
): WorkerAttachConfiguration {
  return {
    type: DEBUG_TYPE,
    request: "attach",
    name: workerName(number, pid),
    listen: { host: "127.0.0.1", port: 0 },
    workerProcessId: pid,
    justMyCode: root.justMyCode,
    rules: root.rules,
    subProcess: true,
    // Its output stands in the terminal where the server was started.
    redirectOutput: false,
  };
}
