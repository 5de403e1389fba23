import assert from "node:assert/strict";
import { test } from "node:test";
import type { DebugRun } from "../../extension/tasks/debugRun";
import { freePort } from "../../extension/tasks/workbench";
import { debugFolder, ready } from "./debugScript";
import { copyExample, PREDICTED_ONE, SAMPLE } from "./exampleCopy";
import { fetchText } from "./requests";
import { temporaryFolder } from "./temporary";

test("the model can be asked in the debug console, and what is changed there counts", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const { script, lineOf } = copyExample(folder);
  const lines = [lineOf("model.predict"), lineOf("return helper")];
  const use = async (run: DebugRun) => {
    await ready(run);
    const answer = fetchText(port, "/score", SAMPLE);
    const before = await run.waitForStop();
    assert.equal(await before.evaluate("data.shape", "hover"), "(2, 10)");
    assert.match(await before.evaluate("type(model)", "watch"), /sklearn\.linear_model/);
    // As in a Python shell: an expression shows its value, a statement is executed.
    assert.match(await before.evaluate("model.predict(data)[0]"), /\d+\.\d+/);
    await before.evaluate("data = data[1:]");
    await before.evaluate("import statistics; print('mean', statistics.mean([1, 3]))");
    await run.waitForOutput(/mean 2/);
    await assert.rejects(before.evaluate("no_such_name"), /NameError/);
    await before.continue();
    const after = await run.waitForStop();
    assert.match(after.locals.get("prediction") ?? "", /^array\(\[\d+\.\d+\]\)/);
    await after.continue();
    assert.match(await answer, PREDICTED_ONE);
  };
  await debugFolder(folder, [{ file: script, lines }], use, { port });
});

test("a variable that is set in the variables view is what run() goes on with", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const { script, lineOf } = copyExample(folder);
  const lines = [lineOf("return helper")];
  const use = async (run: DebugRun) => {
    await ready(run);
    const answer = fetchText(port, "/score", SAMPLE);
    const stop = await run.waitForStop();
    assert.match(stop.locals.get("data") ?? "", /^array\(/);
    assert.match(await stop.setVariable("prediction", "np.array([1.5, 2.5])"), /1\.5.*2\.5/);
    await stop.continue();
    assert.equal(await answer, "[1.5, 2.5]");
  };
  await debugFolder(folder, [{ file: script, lines }], use, { port });
});
