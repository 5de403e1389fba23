import assert from "node:assert/strict";
import { test } from "node:test";
import type { DebugRun } from "../../extension/tasks/debugRun";
import { freePort } from "../../extension/tasks/workbench";
import { debugFolder, ready } from "./debugScript";
import { copyExample, PREDICTED, PREDICTED_ONE, SAMPLE } from "./exampleCopy";
import { fetchText } from "./requests";
import { temporaryFolder } from "./temporary";

test("a log point prints its values into the console and does not stop", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const { script, lineOf } = copyExample(folder);
  const logPoint = {
    line: lineOf("return helper"),
    logMessage: "predicted {round(prediction[1], 1)}!",
  };
  const use = async (run: DebugRun) => {
    await ready(run);
    assert.match(await fetchText(port, "/score", SAMPLE), PREDICTED);
    const console = await run.waitForOutput(/predicted/);
    assert.match(console, /^predicted \d+\.\d!$/m);
    assert.equal(console.split("predicted").length - 1, 1);
  };
  await debugFolder(folder, [{ file: script, lines: [logPoint] }], use, { port });
});

test("a condition decides which request stops", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const { script, lineOf } = copyExample(folder);
  const conditional = { line: lineOf("model.predict"), condition: "len(data) == 1" };
  const use = async (run: DebugRun) => {
    await ready(run);
    assert.match(await fetchText(port, "/score", SAMPLE), PREDICTED);
    const one = JSON.stringify({ data: JSON.parse(SAMPLE).data.slice(0, 1) });
    const answer = fetchText(port, "/score", one);
    const stop = await run.waitForStop();
    assert.equal(await stop.evaluate("len(data)", "watch"), "1");
    await stop.continue();
    assert.match(await answer, PREDICTED_ONE);
  };
  await debugFolder(folder, [{ file: script, lines: [conditional] }], use, { port });
});

test("a hit count lets the requests before it pass", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const { script, lineOf } = copyExample(folder);
  const counted = { line: lineOf("model.predict"), hitCondition: "3" };
  const use = async (run: DebugRun) => {
    await ready(run);
    for (const _request of [1, 2]) {
      assert.match(await fetchText(port, "/score", SAMPLE), PREDICTED);
    }
    const answer = fetchText(port, "/score", SAMPLE);
    const stop = await run.waitForStop();
    assert.equal(stop.line, counted.line);
    await stop.continue();
    assert.match(await answer, PREDICTED);
  };
  await debugFolder(folder, [{ file: script, lines: [counted] }], use, { port });
});
