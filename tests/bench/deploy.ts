import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ours, PYTHON } from "./contenders";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";

const RUNS = 9;
const LIMIT_MS = 120_000;
const SCRIPTS = path.join(__dirname, "scripts");
const NAME = "bench";

/** From the start of `azmlinfsrv deploy` to its end, when the service is Healthy. */
export async function deploy(): Promise<Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  try {
    return [
      {
        name: "deploy: a script that imports pandas, beside the plain server's start",
        unit: "ms",
        aim: { atMost: 1.3 },
        pairs: await measure("with_pandas.py", folder),
      },
      {
        name: "deploy: a script that imports nothing, beside the same",
        unit: "ms",
        pairs: await measure("echo.py", folder),
      },
    ];
  } finally {
    // Should a run have failed on its way.
    run(["services", "delete", NAME], folder);
    fs.rmSync(folder, { recursive: true });
  }
}

async function measure(script: string, folder: string) {
  fs.copyFileSync(path.join(SCRIPTS, script), path.join(folder, "score.py"));
  const config = { entryScript: "score.py" };
  fs.writeFileSync(path.join(folder, "inferenceconfig.json"), JSON.stringify(config));
  const measures = {
    ours: async () => deployOnce(folder),
    theirs: () => withServer(ours(script), "{}", async ({ startedIn }) => startedIn),
  };
  // Compiled modules and the disk cache are there from the second start on.
  await inTurn(1, measures);
  return inTurn(RUNS, measures);
}

function deployOnce(folder: string): number {
  const begin = performance.now();
  const deployed = run(["deploy", "--ic", "inferenceconfig.json", "--name", NAME], folder);
  const time = performance.now() - begin;
  if (deployed.status !== 0) {
    throw new Error(`It ended with ${deployed.status}: ${deployed.stderr.slice(-500)}`);
  }
  run(["services", "delete", NAME], folder);
  return time;
}

function run(words: readonly string[], folder: string) {
  return spawnSync(PYTHON, ["-m", "azmlinfsrv", ...words], {
    cwd: folder,
    env: { ...process.env, AZMLINFSRV_HOME: path.join(folder, "home") },
    encoding: "utf8",
    timeout: LIMIT_MS,
  });
}
