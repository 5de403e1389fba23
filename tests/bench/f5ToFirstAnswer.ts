import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { DebugpyConfiguration } from "../../extension/debugging/debugpyConfiguration";
import { DebugRun } from "../../extension/tasks/debugRun";
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

/**
 * From F5 to the first answer of `/`: ours as F5 resolves it, the published server by the
 * launch.json that its documentation gives; both through debugpy, with the same client, in turn.
 */
export async function f5ToFirstAnswer(reference: Reference): Promise<Row[]> {
  await packageExtension();
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  await fs.writeFile(path.join(folder, "score.py"), SCRIPT);
  const python = pythonOf(path.join(EXAMPLE, ".venv"));
  const ours = () =>
    measure(ADAPTER, (port) => resolveInTerminal(folder, "score.py", { port, python }));
  const theirs = () =>
    measure(reference.adapter, async (port) => documentedLaunch(reference, folder, port));
  try {
    // Compiled modules and the disk cache are there from the second start on.
    await inTurn(1, { ours, theirs });
    const pairs = await inTurn(RUNS, { ours, theirs });
    return [{ name: "F5 to the first answer of /", unit: "ms", aim: { atMost: 0.6 }, pairs }];
  } finally {
    await fs.rm(folder, { recursive: true });
  }
}

async function measure(
  adapter: string,
  resolve: (port: number) => Promise<DebugpyConfiguration>,
): Promise<number> {
  const port = await freePort();
  const started = performance.now();
  const run = await DebugRun.launch(await resolve(port), adapter);
  try {
    await firstAnswer(port);
    return performance.now() - started;
  } finally {
    await run.stop();
  }
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
