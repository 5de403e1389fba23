import * as vscode from "vscode";
import { log } from "../common/log";
import { showProblem } from "../common/showProblem";
import { AdapterProcess } from "./adapterProcess";
import { AdapterRelay } from "./adapterRelay";
import { type AdapterAddress, AdapterSocket, connectTo } from "./adapterSocket";
import type {
  ServerAttachConfiguration,
  WorkerAttachConfiguration,
} from "./attach/serverAttachConfiguration";
import type { ServerAttachments } from "./attach/serverAttachment";
import { attachAdapterDeath } from "./failure";
import type { ServerSessions } from "./serverSessions";

interface ConnectAttributes {
  readonly connect: AdapterAddress;
}

/** Connects VS Code with debugpy's own adapter. */
export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(
    private readonly adapter: string,
    private readonly servers: ServerSessions,
    private readonly attachments: ServerAttachments,
  ) {}

  /**
   * Five cases:
   * 1. A worker of a launch: the adapter that runs already listens for it at `connect`.
   * 2. A running server: an adapter of ours that stands for all its workers.
   * 3. A worker of that: an adapter of its own, to which the worker connects.
   * 4. A debuggee that connects to a port, or that the adapter enters: an adapter for it.
   * 5. A launch: an adapter of its own, run by the interpreter that runs the script.
   */
  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.DebugAdapterDescriptor {
    const { connect, server, workerProcessId } = session.configuration as unknown as Partial<
      ConnectAttributes & ServerAttachConfiguration & WorkerAttachConfiguration
    >;
    if (connect) {
      return inline(joinAdapter(session, connect));
    }
    if (server) {
      return inline(this.attachments.open(session));
    }
    if (workerProcessId !== undefined) {
      return inline(this.attachments.openWorker(session));
    }
    if (session.configuration.request === "attach") {
      const { python, cwd } = session.configuration as unknown as AdapterAttributes;
      const program = { python: python[0] ?? "", script: this.adapter, cwd };
      const adapterDied = (how: string) => void showProblem(attachAdapterDeath(how));
      return inline(
        new AdapterRelay((listener) => new AdapterProcess(program, listener), { adapterDied }),
      );
    }
    return inline(this.servers.open(session, this.adapter));
  }
}

/** Of an attach for which an adapter has to be run. */
interface AdapterAttributes {
  readonly python: readonly string[];
  readonly cwd: string;
}

function joinAdapter(session: vscode.DebugSession, address: AdapterAddress): vscode.DebugAdapter {
  const adapterDied = (how: string) => {
    log.error(`${session.name}: the debug adapter cannot be talked to (${how})`);
    // Whoever announced a worker tells about that one.
    if (session.configuration["subProcessId"] === undefined) {
      void showProblem(attachAdapterDeath(how));
    }
  };
  return new AdapterRelay((listener) => new AdapterSocket(connectTo(address), listener), {
    adapterDied,
  });
}

function inline(adapter: vscode.DebugAdapter): vscode.DebugAdapterDescriptor {
  return new vscode.DebugAdapterInlineImplementation(adapter);
}
