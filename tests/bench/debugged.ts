import { execFileSync } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import type { DebugRun } from "../../extension/tasks/debugRun";
import { packageExtension } from "../../extension/tasks/package";
import { attachDebugger } from "./attachedDebugger";
import { ours, PYTHON } from "./contenders";
import { launches } from "./f5ToFirstAnswer";
import { memoryOfTree } from "./processMemory";
import type { Reference } from "./reference";
import { postScore } from "./request";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";
import { sideBySide, type Throughput } from "./sideBySide";
import { ensureWrk, warmUp } from "./wrk";

const RUNS = 9;
const ROUNDS = 7;
const BODY = '{"data": [[1.5, 2.5]]}';
const IN_RUN = 6;
const ATTACH_PROMISED_MS = 1_500;
const CHANNEL_PROMISED_MB = 2;
const MB = 1e6;
/** From this Python on, debugpy watches code without slowing what it does not watch. */
const MONITORING = [3, 12] as const;

/** From a request to the stop in run(): as F5 launches it, and as the published documentation does. */
export async function requestToStop(reference: Reference): Promise<Row[]> {
  await packageExtension();
  return await launches(reference, async (contenders) => {
    const measures = { ours: contenders.ours, theirs: contenders.theirs };
    const stops = {
      ours: () => untilStop(contenders.folder, measures.ours),
      theirs: () => untilStop(contenders.folder, measures.theirs),
    };
    await inTurn(1, stops);
    const pairs = await inTurn(RUNS, stops);
    return [{ name: "stop: request to stopped in run()", unit: "ms", aim: { atMost: 1 }, pairs }];
  });
}

async function untilStop(
  folder: string,
  start: (breakpoints: { file: string; lines: number[] }[]) => Promise<[DebugRun, number]>,
): Promise<number> {
  const [run, port] = await start([{ file: path.join(folder, "score.py"), lines: [IN_RUN] }]);
  try {
    const begin = performance.now();
    const answer = postScore(port, "{}").catch(() => undefined);
    await run.waitForStop();
    const milliseconds = performance.now() - begin;
    await run.continue();
    await answer;
    return milliseconds;
  } finally {
    await run.stop();
  }
}

/** From the choice of a running server to a debugger that has all breakpoints. */
export async function attach(): Promise<Row[]> {
  await packageExtension();
  const times: number[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    // A server of its own for each: the first attach imports the debugger.
    const time = await withServer(ours("echo.py"), "{}", async ({ pid, folder }) => {
      const begin = performance.now();
      const detach = await attachDebugger(pid, folder);
      const milliseconds = performance.now() - begin;
      await detach();
      return milliseconds;
    });
    times.push(time);
  }
  return [
    {
      name: "attach: choice to attached, beside the promise",
      unit: "ms",
      aim: { atMost: 1 },
      pairs: times.slice(1).map((time) => ({ ours: time, theirs: ATTACH_PROMISED_MS })),
    },
  ];
}

/** Requests per second with a debugger attached that stops nowhere, and after it has left. */
export async function debugged(): Promise<Row[]> {
  await packageExtension();
  await ensureWrk();
  const rounds = await inTurn(ROUNDS, { server: measureDebugged });
  const speeds = rounds.map(({ server }) => server);
  const version = execFileSync(PYTHON, ["-V"], { encoding: "utf8" }).trim();
  const [major = 0, minor = 0] = version.replace("Python ", "").split(".").map(Number);
  const isMonitored = major > MONITORING[0] || minor >= MONITORING[1];
  return [
    {
      name: `debugged: requests, debugger attached, beside none, ${version}`,
      unit: "/s",
      ...(isMonitored ? { aim: { atLeast: 0.8 } } : {}),
      pairs: speeds.flatMap(({ during }) => during.perSecond),
    },
    {
      name: "debugged: the same, for each second of processor time",
      unit: "/s",
      pairs: speeds.flatMap(({ during }) => during.perProcessorSecond),
    },
    {
      name: `debugged: requests after it has left, beside none, ${version}`,
      unit: "/s",
      aim: { atLeast: 0.9 },
      pairs: speeds.flatMap(({ after }) => after.perSecond),
    },
    {
      name: "debugged: the same, for each second of processor time",
      unit: "/s",
      pairs: speeds.flatMap(({ after }) => after.perProcessorSecond),
    },
  ];
}

function measureDebugged(): Promise<{ during: Throughput; after: Throughput }> {
  const contender = ours("count_rows.py");
  return withServer(contender, BODY, (plain) =>
    withServer(contender, BODY, async (server) => {
      const detach = await attachDebugger(server.pid, server.folder);
      const during = await sideBySide(server, plain, BODY, 1);
      await detach();
      return { during, after: await sideBySide(server, plain, BODY, 1) };
    }),
  );
}

/** What it costs that a server can be attached to, while nobody does. */
export async function idleChannel(): Promise<Row[]> {
  await ensureWrk();
  const contender = ours("count_rows.py");
  const speeds = await inTurn(ROUNDS, {
    both: () =>
      withoutRecord((silent) =>
        withServer(silent, BODY, (theirs) =>
          withServer(contender, BODY, (server) => sideBySide(server, theirs, BODY, 8)),
        ),
      ),
  });
  // One at a time: servers that run together share pages, and each would seem smaller.
  const memory = await inTurn(ROUNDS, {
    ours: () => memoryOf(contender),
    theirs: () => withoutRecord(memoryOf),
  });
  return [
    {
      name: "channel: requests, attachable and idle, beside not attachable",
      unit: "/s",
      aim: { atLeast: 0.99 },
      pairs: speeds.flatMap(({ both }) => both.perSecond),
    },
    {
      name: "channel: the same, for each second of processor time",
      unit: "/s",
      pairs: speeds.flatMap(({ both }) => both.perProcessorSecond),
    },
    {
      name: `channel: PSS of the same; aim: at most ${CHANNEL_PROMISED_MB} MB more`,
      unit: "MB",
      aim: { atMost: 1 },
      pairs: memory,
      ratioOf: (pair) => (pair.ours - pair.theirs) / CHANNEL_PROMISED_MB,
    },
  ];
}

type Contender = ReturnType<typeof ours>;

function memoryOf(contender: Contender): Promise<number> {
  return withServer(contender, BODY, async ({ port, pid }) => {
    await warmUp(port, BODY);
    return (await memoryOfTree(pid)).pss / MB;
  });
}

/** A server that finds no place for its record opens no channel. */
async function withoutRecord<T>(measure: (contender: Contender) => Promise<T>): Promise<T> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  await fs.writeFile(path.join(folder, "azmlinfsrv"), "");
  const contender = ours("count_rows.py");
  const env = { ...contender.env, XDG_RUNTIME_DIR: folder };
  try {
    return await measure({ ...contender, env });
  } finally {
    await fs.rm(folder, { recursive: true });
  }
}
