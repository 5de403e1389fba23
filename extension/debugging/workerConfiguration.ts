import type { AdapterAddress } from "./adapterSocket";
import { DEBUG_TYPE } from "./launchAttributes";

/** What debugpy announces of a process that waits for a debugger. */
export interface AnnouncedWorker {
  readonly connect: AdapterAddress;
  readonly subProcessId: number;
}

export interface WorkerConfiguration extends AnnouncedWorker {
  readonly type: typeof DEBUG_TYPE;
  readonly request: "attach";
  readonly name: string;
  readonly redirectOutput: false;
}

/** The configuration of a worker's session: as announced, under a name that tells what it is. */
export function workerConfiguration(announced: AnnouncedWorker, name: string): WorkerConfiguration {
  return {
    ...announced,
    type: DEBUG_TYPE,
    request: "attach",
    name,
    // The launcher shows what the worker prints; redirected, each line would stand there twice.
    redirectOutput: false,
  };
}

export function workerName(number: number, pid: number): string {
  return `worker ${number} – pid ${pid}`;
}

/** A process that the script has started, with multiprocessing for one. */
export function subprocessName(pid: number): string {
  return `subprocess – pid ${pid}`;
}
