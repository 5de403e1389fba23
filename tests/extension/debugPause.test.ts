import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { DebugRun } from "../../extension/tasks/debugRun";
import type { Stop } from "../../extension/tasks/debugStop";
import { freePort } from "../../extension/tasks/workbench";
import { debugScript } from "./debugScript";
import { fetchText, status } from "./requests";
import { temporaryFolder } from "./temporary";

const SCRIPT = [
  "import os",
  "",
  "def init():",
  "    pass",
  "",
  "def run(data):",
  "    return [data, os.getpid()]",
  "",
].join("\n");
const [IN_INIT, IN_RUN] = [4, 7];

const LIMITS = { SCORING_TIMEOUT_MS: "2000", WORKER_TIMEOUT: "2" };
/** Far longer than the limits, and than what they grant beyond. */
const PAUSE_MS = 8_000;
const SLOW_MS = 15_000;
/** A line of the server's log that is more than information. */
const WARNING = / [WEC] \[\d+\] .*/;
/** Enough that with two workers each of them gets some. */
const PROBES = 8;

interface Server {
  readonly name: string;
  readonly args: string[];
  readonly workerCount: number;
  /** How many processes can be paused, each by itself. waitress scores in threads of one. */
  readonly processes: number;
}

const WAITRESS = ["--server", "waitress"];
const SERVERS: readonly Server[] = [
  { name: "gunicorn", args: [], workerCount: 1, processes: 1 },
  { name: "two workers of gunicorn", args: [], workerCount: 2, processes: 2 },
  { name: "waitress", args: WAITRESS, workerCount: 1, processes: 1 },
  { name: "two workers of waitress", args: WAITRESS, workerCount: 2, processes: 1 },
];

// Almost all of it is waiting, so they wait together.
describe("paused means paused, however short the limits", { concurrency: true }, () => {
  for (const { name, args, workerCount, processes } of SERVERS) {
    test(`${name}: a long look in init() and run() costs neither answer nor worker`, async (t) => {
      const port = await freePort();
      const use = (run: DebugRun) => pauseInBoth(run, port, processes);
      const attributes = { port, args, workerCount, env: LIMITS };
      await debugScript(temporaryFolder(t), SCRIPT, [IN_INIT, IN_RUN], use, attributes);
    });
  }
});

async function pauseInBoth(run: DebugRun, port: number, processes: number): Promise<void> {
  const inits: Stop[] = [];
  while (inits.length < processes) {
    inits.push(await stopAt(run, IN_INIT));
  }
  await delay(PAUSE_MS);
  assert.deepEqual(await probe(port, "/livez"), [200]);
  assert.deepEqual(await probe(port, "/readyz"), [503]);
  await Promise.all(inits.map((stop) => stop.continue()));

  const answers: Promise<string>[] = [];
  const runs: Stop[] = [];
  while (runs.length < processes) {
    // One worker is paused, and another takes the next request.
    answers.push(fetchText(port, "/score", "x"));
    runs.push(await stopAt(run, IN_RUN));
  }
  await delay(PAUSE_MS);
  assert.deepEqual(await probe(port, "/"), [200]);
  // Flask answers this one, which is imported for it.
  assert.equal(await status(port, "/swagger.json", SLOW_MS), 200);
  await Promise.all(runs.map((stop) => stop.continue()));
  const scored = (await Promise.all(answers)).map((text) => JSON.parse(text) as [string, number]);
  assert.ok(scored.every(([data]) => data === "x"));
  // Each by a worker of its own, none of which had to be replaced.
  assert.equal(new Set(scored.map(([, pid]) => pid)).size, processes);
  assert.doesNotMatch(run.output.join(""), WARNING);
}

async function stopAt(run: DebugRun, line: number): Promise<Stop> {
  const stop = await run.waitForStop();
  assert.equal(stop.line, line);
  return stop;
}

/** The different answers to several probes, each over a connection of its own. */
async function probe(port: number, route: string): Promise<number[]> {
  const answers = Array.from({ length: PROBES }, () => status(port, route));
  return [...new Set(await Promise.all(answers))];
}
