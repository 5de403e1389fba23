import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { cleanEnvironment } from "../../extension/tasks/workbenchSystem";
import { ours, PYTHON } from "./contenders";
import type { Pair, Row } from "./rows";
import { withServer } from "./server";
import { ensureWrk, load, warmUp } from "./wrk";

const run = promisify(execFile);
const TURNS = 5;
const SECONDS = 1;
const BODY = JSON.stringify({ data: [[1.25, 2.5, 3.75]] });

/**
 * What the load of `azmlinfsrv profile` gets out of a server whose script does nearly nothing,
 * beside what wrk gets out of the same one: the rest is what the load takes from the machine. wrk is
 * in C, and as light as can be.
 */
export async function profileLoad(): Promise<Row[]> {
  await ensureWrk();
  return withServer(ours("count_rows.py"), BODY, async ({ port }) => {
    await warmUp(port, BODY);
    const row = async (connections: number, atLeast: number): Promise<Row> => ({
      name: `profile: requests its load gets, ${connections} connection(s), beside wrk`,
      unit: "/s",
      aim: { atLeast },
      pairs: await takeTurns(port, connections),
    });
    return [await row(1, 0.7), await row(8, 0.7)];
  });
}

/** In the order A B B A, so that a machine that grows slower or faster counts alike for both. */
async function takeTurns(port: number, connections: number): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const first = await byProfile(port, connections);
    const theirs = (await byWrk(port, connections)) + (await byWrk(port, connections));
    const second = await byProfile(port, connections);
    pairs.push({ ours: (first + second) / 2, theirs: theirs / 2 });
  }
  return pairs;
}

async function byProfile(port: number, connections: number): Promise<number> {
  const script = path.join(__dirname, "scripts", "make_load.py");
  const { stdout } = await run(PYTHON, [script, `${port}`, `${connections}`, `${SECONDS}`], {
    env: { ...cleanEnvironment(), BENCH_BODY: BODY },
  });
  return (JSON.parse(stdout) as { rate: number }).rate;
}

async function byWrk(port: number, connections: number): Promise<number> {
  return (await load(port, BODY, connections, SECONDS)).requestsPerSecond;
}
