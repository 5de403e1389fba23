import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";
import type { DebugRun } from "../../extension/tasks/debugRun";
import type { Stop } from "../../extension/tasks/debugStop";
import { EXAMPLE } from "../../extension/tasks/project";
import { freePort } from "../../extension/tasks/workbench";
import { debugFolder, python, ready } from "./debugScript";
import { copyExample, PREDICTED, SAMPLE } from "./exampleCopy";
import { fetchText } from "./requests";
import { temporaryFolder } from "./temporary";

test("the call stack and the steps stay in the user's code, helper modules included", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const { script, helper, lineOf } = copyExample(folder);
  const lines = [lineOf("joblib.load"), lineOf("return helper")];
  const use = async (run: DebugRun) => {
    const init = await run.waitForStop();
    assert.deepEqual(stack(init), ["score.py init"]);
    await init.continue();
    await ready(run);

    const answer = fetchText(port, "/score", SAMPLE);
    const inRun = await run.waitForStop();
    assert.deepEqual(stack(inRun), ["score.py run"]);
    await inRun.stepInto();
    const inHelper = await run.waitForStop();
    assert.deepEqual(stack(inHelper), ["helper.py as_list", "score.py run"]);
    assert.deepEqual([inHelper.file, inHelper.line], [helper, 2]);
    await inHelper.stepOver();
    const atReturn = await run.waitForStop();
    assert.match(atReturn.locals.get("values") ?? "", PREDICTED);
    await atReturn.stepOut();
    const back = await run.waitForStop();
    assert.deepEqual([back.file, back.line], [script, lineOf("return helper")]);

    // Nobody wants to see the server: the step ends with the answer.
    await back.stepOut();
    assert.match(await answer, PREDICTED);
    // The next stop is the next request's, not one in the server on the way there.
    const next = fetchText(port, "/score", SAMPLE);
    const again = await run.waitForStop();
    assert.deepEqual(stack(again), ["score.py run"]);
    assert.equal(again.line, lineOf("return helper"));
    await again.continue();
    assert.match(await next, PREDICTED);
  };
  await debugFolder(folder, [{ file: script, lines }], use, { port });
});

test("justMyCode: false stops in a dependency and steps into one; by default neither", async (t) => {
  const { dependency, inDependency } = predictOfModel();
  for (const justMyCode of [false, true]) {
    const port = await freePort();
    const folder = temporaryFolder(t);
    const { script, lineOf } = copyExample(folder);
    const breakpoints = [
      { file: script, lines: [lineOf("model.predict")] },
      { file: dependency, lines: [inDependency] },
    ];
    const use = async (run: DebugRun) => {
      await ready(run);
      for (const goOn of ["continue", "stepInto"] as const) {
        const answer = fetchText(port, "/score", SAMPLE);
        const inRun = await run.waitForStop();
        assert.deepEqual(stack(inRun).slice(0, 1), ["score.py run"]);
        await inRun[goOn]();
        if (!justMyCode || goOn === "stepInto") {
          const stop = await run.waitForStop();
          const [file, line] = justMyCode ? [script, stop.line] : [dependency, inDependency];
          assert.deepEqual([stop.file, stop.line], [file, line], goOn);
          await stop.continue();
        }
        assert.match(await answer, PREDICTED);
      }
    };
    await debugFolder(folder, breakpoints, use, { port, justMyCode });
  }
});

function stack(stop: Stop): string[] {
  return stop.frames.map((frame) => `${path.basename(frame.file)} ${frame.function}`);
}

/** Where the class of the example's model predicts, and a breakpoint there. */
function predictOfModel(): { dependency: string; inDependency: number } {
  const program = [
    "import inspect, joblib, sys",
    "predict = type(joblib.load(sys.argv[1])).predict",
    "*_, (_, _, last) = predict.__code__.co_lines()",
    "print(inspect.getsourcefile(predict), last, sep='\\n')",
  ].join("\n");
  const model = path.join(EXAMPLE, "model", "sklearn_regression_model.pkl");
  const words = ["-c", program, model];
  const [file = "", line] = execFileSync(python, words, { encoding: "utf8" }).split("\n");
  return { dependency: file, inDependency: Number(line) };
}
