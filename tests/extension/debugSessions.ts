import * as fs from "node:fs";
import * as path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { LaunchAttributes } from "../../extension/debugging/launchAttributes";
import type { AnnouncedWorker } from "../../extension/debugging/workerConfiguration";
import { DapConnection } from "../../extension/tasks/dapConnection";
import { EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { ADAPTER, resolveInTerminal } from "../../extension/tasks/terminalLaunch";
import { until } from "../vscode/driver/poll";

const python = pythonOf(path.join(EXAMPLE, ".venv"));

/** A worker that has stopped. */
export interface Stopped {
  readonly reason: string;
  /** The exception and its text, where one is the reason. */
  readonly text: string;
  readonly pid: number;
  readonly frames: readonly {
    readonly name: string;
    readonly line: number;
    readonly file: string;
  }[];
  continue(): Promise<void>;
}

interface Session {
  readonly pid: number;
  readonly connection: DapConnection;
}

/** The sessions of a launch as VS Code opens them, with the filters that are on by default. */
export class DebugSessions {
  readonly output: string[] = [];
  readonly workers: Session[] = [];
  private readonly stops: Stopped[] = [];
  private readonly failures: Error[] = [];
  private hasEnded = false;

  private constructor(
    private readonly root: DapConnection,
    private readonly breakpoints: { file: string; lines: readonly number[] },
    private readonly without: readonly string[],
  ) {}

  /** F5 on a script with this text; `without` are the filters that the user has switched off. */
  static async run(
    folder: string,
    script: string,
    use: (sessions: DebugSessions) => Promise<void>,
    {
      lines = [],
      without = [],
      ...attributes
    }: LaunchAttributes & { lines?: readonly number[]; without?: readonly string[] } = {},
  ): Promise<void> {
    const file = path.join(folder, "score.py");
    fs.writeFileSync(file, script);
    const configuration = await resolveInTerminal(folder, "score.py", { python, ...attributes });
    const root = DapConnection.spawn(python, ADAPTER, configuration.cwd);
    const sessions = new DebugSessions(root, { file, lines }, without);
    root.events.on("terminated", () => {
      sessions.hasEnded = true;
    });
    try {
      await sessions.begin(root, "launch", configuration, 0);
      await use(sessions);
    } catch (error) {
      (error as Error).message += `\n${sessions.failures.join("\n")}\n${sessions.output.join("")}`;
      throw error;
    } finally {
      await sessions.stop();
    }
  }

  stopped(): Promise<Stopped> {
    return until("a stop", async () => {
      const found = this.stops.shift();
      return found ? { found } : { seen: this.failures.map(String) };
    });
  }

  /** What has stopped so far and was not asked for. */
  get unexpected(): readonly Stopped[] {
    return this.stops;
  }

  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`${pattern} in the console`, async () => {
      const found = pattern.exec(this.output.join(""));
      return found ? { found } : { seen: this.output.join("") };
    });
  }

  async ended(): Promise<void> {
    await until("the server to end by itself", async () =>
      this.hasEnded ? { found: true } : { seen: this.stops },
    );
  }

  /** Stop, as the red square does. */
  async stop(): Promise<void> {
    await this.root.request("disconnect", { terminateDebuggee: true }).catch(() => undefined);
    for (const { connection } of this.workers) {
      connection.close();
    }
    this.root.close();
  }

  private async begin(
    connection: DapConnection,
    request: "launch" | "attach",
    configuration: object,
    pid: number,
  ): Promise<void> {
    const { events } = connection;
    events.on("output", ({ category, output }: DebugProtocol.OutputEvent["body"]) => {
      if (category !== "telemetry") this.output.push(output);
    });
    events.on("stopped", (body: DebugProtocol.StoppedEvent["body"]) => {
      this.note(connection, pid, body).catch((error: Error) => this.failures.push(error));
    });
    events.on("debugpyAttach", (announced: AnnouncedWorker) => {
      this.join(announced).catch((error: Error) => this.failures.push(error));
    });
    const { exceptionBreakpointFilters = [] } =
      await connection.request<DebugProtocol.Capabilities>("initialize", {
        adapterID: "azmlinfsrv",
        pathFormat: "path",
        linesStartAt1: true,
        columnsStartAt1: true,
      });
    const initialized = connection.event("initialized");
    const answered = connection.request(request, configuration);
    await Promise.race([initialized, answered]);
    // Without debugging there is nobody who could be asked to stop.
    if (!("noDebug" in configuration)) {
      await this.setBreakpoints(connection, exceptionBreakpointFilters);
      await connection.request("configurationDone");
    }
    await answered;
  }

  private async setBreakpoints(
    connection: DapConnection,
    exceptionFilters: readonly DebugProtocol.ExceptionBreakpointsFilter[],
  ): Promise<void> {
    const { file, lines } = this.breakpoints;
    await connection.request("setBreakpoints", {
      source: { path: file, name: path.basename(file) },
      breakpoints: lines.map((line) => ({ line })),
    });
    const filters = exceptionFilters
      .filter((each) => each.default && !this.without.includes(each.filter))
      .map(({ filter }) => filter);
    await connection.request("setExceptionBreakpoints", { filters });
  }

  private async join(announced: AnnouncedWorker): Promise<void> {
    const connection = await DapConnection.connect(announced.connect.port);
    const session = { pid: announced.subProcessId, connection };
    this.workers.push(session);
    connection.events.on("terminated", () => {
      this.workers.splice(this.workers.indexOf(session), 1);
    });
    await this.begin(connection, "attach", { ...announced, redirectOutput: false }, session.pid);
  }

  private async note(
    connection: DapConnection,
    pid: number,
    { reason, threadId, text = "" }: DebugProtocol.StoppedEvent["body"],
  ): Promise<void> {
    const { stackFrames } = await connection.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      { threadId },
    );
    this.stops.push({
      ...{ reason, text, pid },
      frames: stackFrames.map(({ name, line, source }) => ({
        ...{ name, line },
        file: path.basename(source?.path ?? ""),
      })),
      continue: async () => {
        await connection.request("continue", { threadId });
      },
    });
  }
}
