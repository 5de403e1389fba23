import { randomBytes } from "node:crypto";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { log } from "../../common/log";
import { showProblem } from "../../common/showProblem";
import { AdapterProcess } from "../adapterProcess";
import { AdapterRelay } from "../adapterRelay";
import { joining } from "../joining";
import { WorkerNumbers } from "../workerNumbers";
import { Follower } from "./follower";
import { ServerAdapter, type ServerConnection } from "./serverAdapter";
import {
  type ServerAttachConfiguration,
  type WorkerAttachConfiguration,
  workerAttachConfiguration,
} from "./serverAttachConfiguration";

/** A worker that runs imports the debugger first, and serves on meanwhile: nobody waits for it. */
const ATTACH_LIMIT_MS = 12_000;

/** The variable by which our adapter gets its token (see `azmlinfsrv.debugging.adapter`). */
const TOKEN_VARIABLE = "AZMLINFSRV_ADAPTER_TOKEN";

/** The bundled programs that an attach runs. */
export interface AttachPrograms {
  readonly bootstrap: string;
  /** The adapter for workers that connect to it. */
  readonly workerAdapter: string;
}

/** One running server that the debugger is attached to. */
export class ServerAttachment implements ServerConnection {
  readonly adapter = new ServerAdapter(this);
  private follower: Follower | undefined;
  private readonly numbers = new WorkerNumbers();
  private readonly relays = new Set<AdapterRelay>();
  private over = false;

  constructor(
    private readonly session: vscode.DebugSession,
    private readonly programs: AttachPrograms,
  ) {}

  private get configuration(): ServerAttachConfiguration {
    return this.session.configuration as unknown as ServerAttachConfiguration;
  }

  connect(): Promise<string | undefined> {
    const { server } = this.configuration;
    return new Promise((resolve) => {
      this.follower = new Follower(server.python, this.programs.bootstrap, server.pid, {
        worker: (pid) => {
          resolve(undefined);
          void this.join(pid);
        },
        failed: (pid, reason) => {
          log.error(`The worker ${pid} of ${this.session.name} does not connect: ${reason}`);
          void showProblem({
            message: l10n.t(
              "The debugger could not join the worker with pid {0}. {1}",
              pid,
              reason,
            ),
            actions: [{ kind: "showLog" }],
          });
        },
        ended: (reason) => {
          resolve(reason ?? l10n.t("The server has ended."));
          this.adapter.print(reason ?? l10n.t("The server has ended."));
          this.adapter.terminate();
        },
      });
    });
  }

  disconnect(): void {
    this.over = true;
    this.follower?.leave();
    // VS Code ends the session that it was asked to end, and not those below it.
    for (const relay of this.relays) {
      relay.hangUp();
    }
    this.relays.clear();
  }

  /** Start the adapter of a worker's session; when it waits, the worker is told where. */
  openWorker(session: vscode.DebugSession): vscode.DebugAdapter {
    const { workerProcessId } = session.configuration as unknown as WorkerAttachConfiguration;
    const { server } = this.configuration;
    const token = randomBytes(32).toString("hex");
    const program = {
      python: server.python,
      script: this.programs.workerAdapter,
      cwd: path.dirname(server.entry_script),
      env: { [TOKEN_VARIABLE]: token },
    };
    const relay = new AdapterRelay((listener) => new AdapterProcess(program, listener), {
      waitsForDebuggee: (host, port) =>
        this.follower?.offer(workerProcessId, { host, port, access_token: token }),
      adapterDied: (how) => log.error(`${session.name}: the debug adapter ended (${how})`),
    });
    this.relays.add(relay);
    return relay;
  }

  private async join(pid: number): Promise<void> {
    const number = this.numbers.claim(pid);
    const configuration = workerAttachConfiguration(this.configuration, pid, number);
    log.info(`${configuration.name} joins ${this.session.name}`);
    const starting = vscode.debug.startDebugging(
      this.session.workspaceFolder,
      { ...configuration },
      {
        parentSession: this.session,
        // Disconnect on a worker means the server: it would come back with the next reload.
        lifecycleManagedByParent: true,
        consoleMode: vscode.DebugConsoleMode.MergeWithParent,
        compact: true,
        suppressSaveBeforeStart: true,
      },
    );
    if ((await joining(starting, ATTACH_LIMIT_MS)) === "joined") {
      this.adapter.print(
        l10n.t(
          "{0}: {1} has joined. What it prints stands in the terminal where it was started.",
          this.session.name,
          configuration.name,
        ),
      );
    } else if (!this.over) {
      void showProblem({
        message: l10n.t(
          "The debugger could not join {0}: its breakpoints will not be hit. It serves on. Attach again to try once more.",
          configuration.name,
        ),
        actions: [{ kind: "showLog" }],
      });
    }
  }
}

/** The running servers that this window's debugger is attached to. */
export class ServerAttachments implements vscode.Disposable {
  private readonly attachments = new Map<string, ServerAttachment>();

  constructor(private readonly programs: AttachPrograms) {}

  open(session: vscode.DebugSession): vscode.DebugAdapter {
    const attachment = new ServerAttachment(session, this.programs);
    this.attachments.set(session.id, attachment);
    return attachment.adapter;
  }

  openWorker(session: vscode.DebugSession): vscode.DebugAdapter {
    const attachment = this.attachments.get(session.parentSession?.id ?? "");
    if (!attachment) {
      throw new Error(
        l10n.t("The server that this worker belongs to is not attached to any more."),
      );
    }
    return attachment.openWorker(session);
  }

  register(): vscode.Disposable {
    return vscode.debug.onDidTerminateDebugSession((session) => {
      this.attachments.get(session.id)?.disconnect();
      this.attachments.delete(session.id);
    });
  }

  /** The window closes: the servers go on without a debugger. */
  dispose(): void {
    for (const attachment of this.attachments.values()) {
      attachment.disconnect();
    }
    this.attachments.clear();
  }
}
