import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DebugpyConfiguration } from "../../extension/debugging/debugpyConfiguration";
import { type Breakpoints, DebugRun } from "../../extension/tasks/debugRun";
import { packageExtension } from "../../extension/tasks/package";
import { EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { ADAPTER, resolveInTerminal } from "../../extension/tasks/terminalLaunch";
import { freePort } from "../../extension/tasks/workbench";
import type { Reference } from "./reference";
import { inTurn, type Row } from "./rows";

const SCRIPT = "def init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n";
const RUNS = 9;
const POLL_MS = 10;
const ANSWER_LIMIT_MS = 30_000;

/** Starts a debug run with these breakpoints that answers on the port. */
type Launch = (breakpoints?: readonly Breakpoints[]) => Promise<[DebugRun, number]>;

/**
 * A script in a folder, and two ways to debug it: as F5 resolves it, and the published server by
 * the launch.json that its documentation gives; both through debugpy, with the same client.
 */
export async function launches<T>(
  reference: Reference,
  use: (contenders: { folder: string; ours: Launch; theirs: Launch }) => Promise<T>,
): Promise<T> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  await fs.writeFile(path.join(folder, "score.py"), SCRIPT);
  const python = pythonOf(path.join(EXAMPLE, ".venv"));
  const launch =
    (adapter: string, resolve: (port: number) => Promise<DebugpyConfiguration>): Launch =>
    async (breakpoints) => {
      const port = await freePort();
      const run = await DebugRun.launch(await resolve(port), adapter, breakpoints);
      try {
        await firstAnswer(port);
      } catch (error) {
        await run.stop();
        throw error;
      }
      return [run, port];
    };
  try {
    return await use({
      folder,
      ours: launch(ADAPTER, (port) => resolveInTerminal(folder, "score.py", { port, python })),
      theirs: launch(reference.adapter, async (port) => documentedLaunch(reference, folder, port)),
    });
  } finally {
    await fs.rm(folder, { recursive: true });
  }
}

/** From F5 to the first answer of `/`. */
export async function f5ToFirstAnswer(reference: Reference): Promise<Row[]> {
  await packageExtension();
  return await launches(reference, async (contenders) => {
    const measures = {
      ours: () => measure(contenders.ours),
      theirs: () => measure(contenders.theirs),
    };
    // Compiled modules and the disk cache are there from the second start on.
    await inTurn(1, measures);
    const pairs = await inTurn(RUNS, measures);
    return [{ name: "F5 to the first answer of /", unit: "ms", aim: { atMost: 0.6 }, pairs }];
  });
}

async function measure(launch: Launch): Promise<number> {
  const started = performance.now();
  const [run] = await launch();
  const milliseconds = performance.now() - started;
  await run.stop();
  return milliseconds;
}

function documentedLaunch(
  reference: Reference,
  folder: string,
  port: number,
): DebugpyConfiguration {
  const { python } = reference;
  const launch = {
    type: "debugpy",
    request: "launch",
    name: "score.py",
    module: "azureml_inference_server_http.amlserver",
    args: ["--entry_script", "score.py", "--port", String(port)],
    python: [python],
    cwd: folder,
    env: {},
    console: "internalConsole",
    justMyCode: true,
    subProcess: true,
    redirectOutput: true,
  };
  return launch as unknown as DebugpyConfiguration;
}

async function firstAnswer(port: number): Promise<void> {
  const deadline = Date.now() + ANSWER_LIMIT_MS;
  while (Date.now() < deadline) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      await response.text();
      return;
    } catch {
      await delay(POLL_MS);
    }
  }
  throw new Error(`Nothing answered on port ${port} within ${ANSWER_LIMIT_MS / 1000} s.`);
}
