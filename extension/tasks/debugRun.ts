import * as path from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { DebugpyConfiguration } from "../debugging/debugpyConfiguration";
import { type AnnouncedWorker, workerConfiguration } from "../debugging/workerConfiguration";
import { DapConnection } from "./dapConnection";
import { type SeenThread, Stop } from "./debugStop";

/** The breakpoints of a file: lines, or what more the editor lets one say of a breakpoint. */
export interface Breakpoints {
  readonly file: string;
  readonly lines: readonly (number | DebugProtocol.SourceBreakpoint)[];
}

/** What a debug run can be given beside its configuration. */
export interface DebugRunOptions {
  /** Variables of the adapter's and the terminal's own, which every process of the run inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Runs the debuggee for a configuration whose console is a terminal. */
  readonly terminal?: Terminal;
}

/** Starts a program in a terminal, in a folder and with variables beside its own. */
export type Terminal = (
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | null>>,
) => void;

type RunInTerminal = DebugProtocol.RunInTerminalRequestArguments;

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
  private readonly stops: SeenThread[] = [];
  private current: Stop | undefined;
  private failure: Error | undefined;
  private readonly waiting = new Set<() => void>();

  private constructor(
    private readonly root: DapConnection,
    private readonly configuration: DebugpyConfiguration,
    private readonly breakpoints: readonly Breakpoints[],
    private readonly terminal: Terminal | undefined,
  ) {
    root.events.on("terminated", () => this.fail(new Error("The server ended.")));
    root.events.on("close", (reason: Error) => this.fail(reason));
  }

  /** Start the debuggee of a configuration that F5 has been resolved to. */
  static async launch(
    configuration: DebugpyConfiguration,
    adapter: string,
    breakpoints: readonly Breakpoints[] = [],
    { env, terminal }: DebugRunOptions = {},
  ): Promise<DebugRun> {
    const [python = "python3"] = configuration.python;
    const root = DapConnection.spawn(python, adapter, configuration.cwd, env);
    const run = new DebugRun(root, configuration, breakpoints, terminal);
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
    const next = this.waitFor(() => this.stops.shift(), limitMs, "no breakpoint was hit");
    this.current = await Stop.at(await next);
    return this.current;
  }

  /** Let the worker that stopped last run on. */
  async continue(): Promise<void> {
    if (!this.current) {
      throw new Error("Nothing has stopped.");
    }
    const stop = this.current;
    this.current = undefined;
    await stop.continue();
  }

  /** Wait until the console shows a text, and return all that it shows. */
  async waitForOutput(text: RegExp, limitMs = LIMIT_MS): Promise<string> {
    const shown = () => {
      const output = this.output.join("");
      return text.test(output) ? output : undefined;
    };
    return this.waitFor(shown, limitMs, `${text} is not in the console`);
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
        this.changed();
      }
    });
    connection.events.on("stopped", ({ threadId = 1 }: DebugProtocol.StoppedEvent["body"]) => {
      this.stops.push({ connection, threadId });
      this.changed();
    });
    connection.events.on("debugpyAttach", (announced: AnnouncedWorker) => {
      this.join(announced).catch((error: Error) => this.fail(error));
    });
    if (this.terminal) {
      const { terminal } = this;
      connection.serve<RunInTerminal>("runInTerminal", ({ args, cwd, env = {} }) =>
        terminal(args, cwd, env),
      );
    }
    await connection.request("initialize", {
      adapterID: "azmlinfsrv",
      clientID: "headless",
      pathFormat: "path",
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsRunInTerminalRequest: this.terminal !== undefined,
    });
    const initialized = connection.event("initialized");
    // debugpy answers launch and attach only after configurationDone.
    const answered = connection.request(request, configuration);
    await Promise.race([initialized, answered]);
    for (const { file, lines } of this.breakpoints) {
      await connection.request("setBreakpoints", {
        source: { path: file, name: path.basename(file) },
        breakpoints: lines.map((line) => (typeof line === "number" ? { line } : line)),
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

  /** The first value that there is to be had, looked for whenever something has happened. */
  private async waitFor<T>(find: () => T | undefined, limitMs: number, what: string): Promise<T> {
    let isOver = false;
    const found = async (): Promise<T> => {
      for (;;) {
        const value = isOver ? undefined : find();
        if (value !== undefined) {
          return value;
        }
        if (this.failure) {
          throw this.failure;
        }
        await new Promise<void>((resolve) => this.waiting.add(resolve));
      }
    };
    try {
      return await withLimit(found(), limitMs, what);
    } catch (error) {
      throw new Error(`${(error as Error).message}\n${this.output.join("")}`.trim());
    } finally {
      // Whoever waited too long must not take away what comes later.
      isOver = true;
    }
  }

  private changed(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const look of waiting) {
      look();
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
