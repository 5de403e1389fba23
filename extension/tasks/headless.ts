import * as fs from "node:fs/promises";
import * as path from "node:path";
import { EVENTS_VARIABLE } from "../debugging/debugpyConfiguration";
import { type ServerEvent, ServerEvents } from "../debugging/serverEvents";
import { DebugRun } from "./debugRun";
import type { Stop } from "./debugStop";
import { EXAMPLE } from "./project";
import { ADAPTER, resolveInTerminal } from "./terminalLaunch";

const SCRIPT = "score.py";
const VALUE_WIDTH = 100;

/**
 * The main job without a window: F5 on the example, a stop in init() and in run(), the sample
 * request, its answer. Each step that fails names itself.
 */
export async function debugHeadless(print: (line: string) => void = console.log): Promise<void> {
  const script = path.join(EXAMPLE, SCRIPT);
  const source = (await fs.readFile(script, "utf8")).split("\n");
  const inInit = lineOf(source, "joblib.load");
  const inRun = lineOf(source, "model.predict");

  const configuration = await resolveInTerminal(EXAMPLE, SCRIPT);
  const server = new ServerState(configuration.env[EVENTS_VARIABLE] ?? "");
  /** A step that fails names itself, and the reason that the server gave, if it gave one. */
  const step = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
    try {
      return await action();
    } catch (error) {
      const reason = server.failure() ?? (error instanceof Error ? error.message : String(error));
      throw new Error(`${name}: ${reason}`);
    }
  };
  const run = await step("launch", () =>
    DebugRun.launch(configuration, ADAPTER, [{ file: script, lines: [inInit, inRun] }]),
  ).catch((error: unknown) => {
    server.dispose();
    throw error;
  });
  try {
    const first = await step("stop in init()", async () =>
      expectStop(await run.waitForStop(), "init", inInit),
    );
    print(describe(first));
    await run.continue();

    const url = await step("server ready", () => server.ready());
    const sample = await fs.readFile(path.join(EXAMPLE, "sample-request.json"));
    print(`\nPOST ${url}/score < sample-request.json`);
    const answer = fetch(`${url}/score`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: sample,
    });
    // Looked at below; a server that dies meanwhile must not end this program unheard.
    answer.catch(() => undefined);
    const second = await step("stop in run()", async () =>
      expectStop(await run.waitForStop(), "run", inRun),
    );
    print(describe(second));
    await run.continue();

    const response = await step("answer", () => answer);
    const body = await response.text();
    if (!response.ok) {
      const logged = run.output.join("").match(/(?<= E \[\d+\] azmlinfsrv - ).*/g) ?? [];
      throw new Error([`answer: ${response.status} ${body}`, ...logged].join("\n"));
    }
    print(`\n${response.status} ${body}`);
  } finally {
    await run.stop();
    server.dispose();
  }
}

/** What the server reports of itself. */
class ServerState {
  private readonly events: ServerEvents;
  private readonly first: Promise<string>;
  private failed: Extract<ServerEvent, { event: "failed" }> | undefined;

  constructor(file: string) {
    let settle: (event: ServerEvent) => void = () => undefined;
    this.first = new Promise((resolve, reject) => {
      settle = (event) => {
        if (event.event === "ready") {
          resolve(event.url);
        } else if (event.event === "failed") {
          this.failed = event;
          reject(new Error(event.message));
        }
      };
    });
    this.first.catch(() => undefined);
    this.events = new ServerEvents(file, (event) => settle(event));
  }

  ready(): Promise<string> {
    return this.first;
  }

  /** Why the server cannot serve, where in the script first. */
  failure(): string | undefined {
    this.events.read();
    const { file, line, message } = this.failed ?? {};
    return file && line ? `${file}:${line}: ${message}` : message;
  }

  dispose(): void {
    this.events.dispose();
  }
}

function expectStop(stop: Stop, name: string, line: number): Stop {
  if (stop.function !== name || stop.line !== line) {
    throw new Error(`stopped in ${stop.function} at line ${stop.line}, not at line ${line}`);
  }
  return stop;
}

function describe(stop: Stop): string {
  const locals = [...stop.locals].map(([name, value]) => {
    const text = value.replace(/\s+/g, " ");
    const shown = text.length > VALUE_WIDTH ? `${text.slice(0, VALUE_WIDTH)}…` : text;
    return `  ${name} = ${shown}`;
  });
  return [`\nStopped at ${stop.file}:${stop.line} in ${stop.function}()`, ...locals].join("\n");
}

function lineOf(source: readonly string[], text: string): number {
  const index = source.findIndex((line) => line.includes(text));
  if (index < 0) {
    throw new Error(`${SCRIPT} has no line with ${text}`);
  }
  return index + 1;
}
