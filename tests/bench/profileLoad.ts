import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { cleanEnvironment } from "../../extension/tasks/workbenchSystem";
import { ours, PYTHON } from "./contenders";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";
import { ensureWrk, load, warmUp } from "./wrk";

const run = promisify(execFile);
const ROUNDS = 5;
const SCRIPT = "count_rows.py";
const SECONDS = 3;
const CONNECTIONS = [1, 8] as const;
const BODY = JSON.stringify({ data: [[1.25, 2.5, 3.75]] });

type Rates = Readonly<Record<(typeof CONNECTIONS)[number], number>>;

/**
 * What `azmlinfsrv profile` measures of a script that does nearly nothing, beside what wrk does: the
 * rest is what the profiler's own load takes from the machine. wrk is in C, and as light as can be.
 */
export async function profileLoad(): Promise<Row[]> {
  await ensureWrk();
  const rounds = await inTurn(ROUNDS, { ours: byProfile, theirs: byWrk });
  const row = (connections: (typeof CONNECTIONS)[number], atLeast: number): Row => ({
    name: `profile: requests it measures, ${connections} connection(s), beside wrk`,
    unit: "/s",
    aim: { atLeast },
    pairs: rounds.map(({ ours, theirs }) => ({
      ours: ours[connections],
      theirs: theirs[connections],
    })),
  });
  return [row(1, 0.8), row(8, 0.7)];
}

async function byProfile(): Promise<Rates> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  try {
    fs.copyFileSync(path.join(__dirname, "scripts", SCRIPT), path.join(folder, "score.py"));
    fs.writeFileSync(path.join(folder, "sample.json"), BODY);
    const options = ["--concurrency", CONNECTIONS.join(), "--duration", `${SECONDS}s`, "--json"];
    const words = ["profile", "--entry_script", "score.py", "--request", "sample.json", ...options];
    const { stdout } = await run(PYTHON, ["-m", "azmlinfsrv", ...words], {
      cwd: folder,
      env: cleanEnvironment(),
    });
    const { azmlinfsrv } = JSON.parse(stdout) as {
      azmlinfsrv: { levels: { concurrency: number; measuredQueriesPerSecond: number }[] };
    };
    const of = (connections: number) =>
      azmlinfsrv.levels.find(({ concurrency }) => concurrency === connections)
        ?.measuredQueriesPerSecond ?? 0;
    return { 1: of(1), 8: of(8) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function byWrk(): Promise<Rates> {
  return withServer(ours(SCRIPT), BODY, async ({ port }) => {
    await warmUp(port, BODY);
    const measure = async (connections: number) =>
      (await load(port, BODY, connections, SECONDS)).requestsPerSecond;
    return { 1: await measure(1), 8: await measure(8) };
  });
}
