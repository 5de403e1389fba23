import * as path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { DebugpyConfiguration } from "../debugging/debugpyConfiguration";
import { type AnnouncedWorker, workerConfiguration } from "../debugging/workerConfiguration";
import { DapConnection } from "./dapConnection";

/** Where the debuggee stopped. */
export interface Stop {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly locals: ReadonlyMap<string, string>;
}

export interface Breakpoints {
  readonly file: string;
  readonly lines: readonly number[];
}

/** A worker that stopped. */
interface Stopped {
  readonly connection: DapConnection;
  readonly threadId: number;
}

const LIMIT_MS = 30_000;
const END_LIMIT_MS = 5_000;

/**
 * A debug run without an editor: the part of VS Code that a launch needs, over debugpy's adapter –
 * the launched session, and one more for each worker that the server forks.
 */
export class DebugRun {
  /** What the debuggee printed. */
  readonly output: string[] = [];
  private readonly workers: DapConnection[] = [];
  private readonly stops: Stopped[] = [];
  private current: Stopped | undefined;
  private failure: Error | undefined;
  private changed: () => void = () => undefined;

  private constructor(
    private readonly root: DapConnection,
    private readonly configuration: DebugpyConfiguration,
    private readonly breakpoints: readonly Breakpoints[],
  ) {
    root.events.on("terminated", () => this.fail(new Error("The server ended.")));
    root.events.on("close", (reason: Error) => this.fail(reason));
  }

  /** Start the debuggee of a configuration that F5 has been resolved to. */
  static async launch(
    configuration: DebugpyConfiguration,
    adapter: string,
    breakpoints: readonly Breakpoints[] = [],
  ): Promise<DebugRun> {
    const [python = "python3"] = configuration.python;
    const root = DapConnection.spawn(python, adapter, configuration.cwd);
    const run = new DebugRun(root, configuration, breakpoints);
    try {
      await withLimit(run.begin(root, "launch", configuration), LIMIT_MS, "launch");
    } catch (error) {
      await run.stop();
      throw error;
    }
    return run;
  }

  /** The next stop of any worker, with the locals of its top frame. */
  async waitForStop(limitMs = LIMIT_MS): Promise<Stop> {
    const stopped = await this.nextStop(limitMs);
    this.current = stopped;
    const { connection, threadId } = stopped;
    const { stackFrames } = await connection.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      { threadId, levels: 1 },
    );
    const [frame] = stackFrames;
    if (!frame) {
      throw new Error("The debuggee stopped without a stack.");
    }
    const { scopes } = await connection.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId: frame.id,
    });
    const { variables } = await connection.request<DebugProtocol.VariablesResponse["body"]>(
      "variables",
      { variablesReference: scopes[0]?.variablesReference },
    );
    return {
      file: frame.source?.path ?? "",
      line: frame.line,
      function: frame.name,
      locals: new Map(
        variables
          .filter(({ name }) => !/^(?:special|function|class) variables$/.test(name))
          .map(({ name, value }) => [name, value]),
      ),
    };
  }

  /** Let the worker that stopped last run on. */
  async continue(): Promise<void> {
    if (!this.current) {
      throw new Error("Nothing has stopped.");
    }
    const { connection, threadId } = this.current;
    this.current = undefined;
    await connection.request("continue", { threadId });
  }

  /** Stop, as the red square does; resolves when the debuggee has gone. */
  async stop(): Promise<void> {
    const asked = this.root.request("disconnect", { terminateDebuggee: true });
    await withLimit(asked, END_LIMIT_MS, "stop").catch(() => undefined);
    for (const connection of [...this.workers, this.root]) {
      connection.close();
    }
  }

  private async begin(
    connection: DapConnection,
    request: "launch" | "attach",
    configuration: object,
  ): Promise<void> {
    connection.events.on("output", ({ category, output }: DebugProtocol.OutputEvent["body"]) => {
      if (category !== "telemetry") {
        this.output.push(output);
      }
    });
    connection.events.on("stopped", ({ threadId = 1 }: DebugProtocol.StoppedEvent["body"]) => {
      this.stops.push({ connection, threadId });
      this.changed();
    });
    connection.events.on("debugpyAttach", (announced: AnnouncedWorker) => {
      this.join(announced).catch((error: Error) => this.fail(error));
    });
    await connection.request("initialize", {
      adapterID: "azmlinfsrv",
      clientID: "headless",
      pathFormat: "path",
      linesStartAt1: true,
      columnsStartAt1: true,
    });
    const initialized = connection.event("initialized");
    // debugpy answers launch and attach only after configurationDone.
    const answered = connection.request(request, configuration);
    await Promise.race([initialized, answered]);
    for (const { file, lines } of this.breakpoints) {
      await connection.request("setBreakpoints", {
        source: { path: file, name: path.basename(file) },
        breakpoints: lines.map((line) => ({ line })),
      });
    }
    await connection.request("configurationDone");
    await answered;
  }

  private async join(announced: AnnouncedWorker): Promise<void> {
    const connection = await DapConnection.connect(announced.connect.port);
    this.workers.push(connection);
    await this.begin(
      connection,
      "attach",
      workerConfiguration(announced, `${this.configuration.name} worker`),
    );
  }

  private async nextStop(limitMs: number): Promise<Stopped> {
    const next = async (): Promise<Stopped> => {
      for (;;) {
        const stopped = this.stops.shift();
        if (stopped) {
          return stopped;
        }
        if (this.failure) {
          throw this.failure;
        }
        await new Promise<void>((resolve) => {
          this.changed = resolve;
        });
      }
    };
    try {
      return await withLimit(next(), limitMs, "no breakpoint was hit");
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.output.join("")}`.trim());
    }
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.changed();
  }
}

async function withLimit<T>(action: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: over ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([action, limit]);
  } finally {
    clearTimeout(timer);
  }
}
