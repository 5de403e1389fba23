import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import type { DebugRun } from "../../extension/tasks/debugRun";
import { freePort } from "../../extension/tasks/workbench";
import { debugScript } from "./debugScript";
import { fetchText, status } from "./requests";
import { temporaryFolder } from "./temporary";

test("a breakpoint stops while the script is loaded, in a folder with blanks and accents", async (t) => {
  const script = "answer = 42\nprint(answer)\n\ndef init(): pass\ndef run(data): pass\n";
  await debugScript(temporaryFolder(t), script, [2], async (debugRun) => {
    const stop = await debugRun.waitForStop();
    assert.equal(stop.line, 2);
    assert.equal(stop.locals.get("answer"), "42");
  });
});

test("a script that fails ends the run with the reason instead of a time-out", async (t) => {
  const script = "def init():\n    raise ValueError('no model')\n\ndef run(data): pass\n";
  await debugScript(temporaryFolder(t), script, [], async (debugRun) => {
    await assert.rejects(
      debugRun.waitForStop(),
      /score\.py:2: User's init function failed: ValueError: no model/,
    );
  });
});

test("what the script prints under the debugger stands in the console once", async (t) => {
  const script = "def init():\n    print('loading')\n    return\n\ndef run(data): pass\n";
  await debugScript(temporaryFolder(t), script, [3], async (debugRun) => {
    await debugRun.waitForStop();
    const console = await debugRun.waitForOutput(/loading/);
    // The stop came over the worker's session, after anything that session had printed.
    assert.equal(console.split("loading").length - 1, 1);
  });
});

test("a probe is answered while the script is paused at a breakpoint", async (t) => {
  const script = "def init():\n    pass\n\ndef run(data):\n    return data\n";
  const port = await freePort();
  const use = async (debugRun: DebugRun) => {
    assert.equal((await debugRun.waitForStop()).line, 2);
    assert.equal(await status(port, "/livez"), 200);
    assert.equal(await status(port, "/readyz"), 503);
    await debugRun.continue();
    const answer = fetchText(port, "/score", "x");
    assert.equal((await debugRun.waitForStop()).line, 5);
    assert.equal(await status(port, "/"), 200);
    await debugRun.continue();
    assert.equal(await answer, '"x"');
  };
  await debugScript(temporaryFolder(t), script, [2, 5], use, { port });
});

test("what an exception was, and where, is in the answer under the debugger", async (t) => {
  const port = await freePort();
  const script = "def init():\n    pass\n\ndef run(data):\n    return int(data)\n";
  const use = async (debugRun: DebugRun) => {
    assert.equal((await debugRun.waitForStop()).line, 2);
    await debugRun.continue();
    const told = JSON.parse(await fetchText(port, "/score", "x")) as Record<string, unknown>;
    assert.deepEqual([told["error_type"], told["line"]], ["ValueError", 5]);
  };
  await debugScript(temporaryFolder(t), script, [2], use, { port });
});

const ECHO = "def init():\n    pass\n\ndef run(data):\n    return data\n";

test("with reload the breakpoints stop in the code that was saved", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const use = async (debugRun: DebugRun) => {
    assert.equal((await debugRun.waitForStop()).line, 2);
    await debugRun.continue();
    assert.equal(await fetchText(port, "/score", "x"), '"x"');
    const saved = ECHO.replace("return data", "return [data]");
    fs.writeFileSync(path.join(folder, "score.py"), saved);
    // The new worker runs its init().
    assert.equal((await debugRun.waitForStop()).line, 2);
    await debugRun.continue();
    const deadline = Date.now() + 10_000;
    while ((await fetchText(port, "/score", "x")) !== '["x"]') {
      assert.ok(Date.now() < deadline, "the saved code does not answer");
    }
  };
  await debugScript(folder, ECHO, [2], use, { port, reload: true });
});
