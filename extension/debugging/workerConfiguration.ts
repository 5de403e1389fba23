import * as path from "node:path";
import { DEBUG_TYPE } from "./launchAttributes";

/** What debugpy announces of a process that waits for a debugger. */
export interface AnnouncedWorker {
  readonly connect: { readonly host?: string; readonly port: number };
  readonly subProcessId: number;
}

export interface WorkerConfiguration extends AnnouncedWorker {
  readonly type: typeof DEBUG_TYPE;
  readonly request: "attach";
  readonly name: string;
  readonly redirectOutput: false;
}

/**
 * The configuration of a worker's session: as announced, under a name that tells what it is.
 * `serverArgs` are the arguments that the server was launched with.
 */
export function workerConfiguration(
  announced: AnnouncedWorker,
  serverArgs: readonly string[],
): WorkerConfiguration {
  const script = path.basename(serverArgs[serverArgs.indexOf("--entry_script") + 1] ?? "");
  return {
    ...announced,
    type: DEBUG_TYPE,
    request: "attach",
    name: `${script} worker ${announced.subProcessId}`.trim(),
    // The launcher shows what the worker prints; redirected, each line would stand there twice.
    redirectOutput: false,
  };
}
