import assert from "node:assert/strict";
import { test } from "node:test";
import { joinFailure, joining } from "../../extension/debugging/joining";
import { workerConfiguration, workerName } from "../../extension/debugging/workerConfiguration";
import { WorkerNumbers } from "../../extension/debugging/workerNumbers";
import { freePort } from "../../extension/tasks/workbench";
import { until } from "../vscode/driver/poll";
import { post } from "../vscode/server";
import { lineOf } from "../vscode/workspace";
import { DebugSessions, type Stopped } from "./debugSessions";
import { temporaryFolder } from "./temporary";

test("a worker that replaces another takes over its number, a further one gets its own", () => {
  const running = new Set([10, 20]);
  const numbers = new WorkerNumbers((pid) => running.has(pid));
  assert.deepEqual([numbers.claim(10), numbers.claim(20)], [1, 2]);
  running.delete(10);
  running.add(30).add(40);
  assert.deepEqual([numbers.claim(30), numbers.claim(40)], [1, 3]);
  assert.equal(workerName(2, 4711), "worker 2 – pid 4711");
});

test("a worker's session gets what debugpy announced and nothing of the server's own", () => {
  const announced = { connect: { host: "127.0.0.1", port: 5 }, subProcessId: 7 };
  const configuration = workerConfiguration(announced, "worker 1 – pid 7");
  assert.deepEqual(Object.keys(configuration).sort(), [
    ...["connect", "name", "redirectOutput", "request", "subProcessId", "type"],
  ]);
});

test("a worker that is refused, fails or never comes back is told, and how to mend it", async () => {
  assert.equal(await joining(Promise.resolve(true)), "joined");
  assert.equal(await joining(Promise.resolve(false)), "refused");
  assert.equal(await joining(Promise.reject(new Error("no"))), "refused");
  assert.equal(await joining(new Promise<boolean>(() => undefined), 20), "late");
  for (const how of ["refused", "late"] as const) {
    const { message, actions } = joinFailure("worker 1 – pid 7", how);
    assert.match(message, /^worker 1 – pid 7 .*Restart/);
    assert.equal(actions[0]?.kind, "restart");
  }
});

const SCRIPT = `import ctypes


def init():
    pass


def run(data):
    if data == "crash":
        ctypes.string_at(0)
    return data
`;
const IN_RUN = lineOf(SCRIPT, "return data");

/** Two requests at once stop in two workers; returns which. */
async function stopInBoth(sessions: DebugSessions, url: string): Promise<readonly number[]> {
  const answers = [post(url, "1"), post(url, "2")];
  const stops: Stopped[] = [await sessions.stopped(), await sessions.stopped()];
  for (const stop of stops) {
    assert.deepEqual([stop.reason, stop.frames[0]?.line], ["breakpoint", IN_RUN]);
    await stop.continue();
  }
  const texts = (await Promise.all(answers)).map(({ text }) => text);
  assert.deepEqual(texts, ['"1"', '"2"']);
  return stops.map(({ pid }) => pid).sort();
}

test("both of two workers stop, and so does what replaces one that is killed or crashes", async (t) => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/score`;
  const use = async (sessions: DebugSessions) => {
    const pids = () => sessions.workers.map(({ pid }) => pid).sort();
    const untilTwo = (without: number) =>
      until("two workers that serve", async () => {
        const ready = pids().filter(
          (pid) => pid !== without && sessions.output.join("").includes(`pid ${pid} ready`),
        );
        return ready.length === 2 ? { found: ready } : { seen: pids() };
      });
    const first = await untilTwo(0);
    assert.deepEqual(await stopInBoth(sessions, url), first);

    const [killed = 0] = first;
    process.kill(killed, "SIGKILL");
    const second = await untilTwo(killed);
    assert.deepEqual(await stopInBoth(sessions, url), second);

    await assert.rejects(post(url, "crash"));
    const crashed = await until("a worker to be gone", async () => {
      const gone = second.find((pid) => !pids().includes(pid));
      return gone ? { found: gone } : { seen: pids() };
    });
    const third = await untilTwo(crashed);
    assert.deepEqual(await stopInBoth(sessions, url), third);
  };
  const options = { port, workerCount: 2, lines: [IN_RUN] };
  await DebugSessions.run(temporaryFolder(t), SCRIPT, use, options);
});
