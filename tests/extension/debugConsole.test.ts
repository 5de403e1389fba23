import assert from "node:assert/strict";
import { test } from "node:test";
import type { DebugRun } from "../../extension/tasks/debugRun";
import { freePort } from "../../extension/tasks/workbench";
import { debugFolder } from "./debugScript";
import { copyExample, PREDICTED, SAMPLE } from "./exampleCopy";
import { until } from "./poll";
import { fetchText } from "./requests";
import { temporaryFolder } from "./temporary";
import { TestTerminal } from "./testTerminal";

/** What the debugger says of itself. What a library warns of is for the user. */
const NOISE = /frozen|Debugger warning|file validation|pydevd|debugpy|Traceback/i;
const READY = /Worker with pid \d+ ready for serving traffic/g;

// Windows has no pseudo-terminal that Python could open.
const NO_TERMINAL = process.platform === "win32";

for (const console of ["internalConsole", "integratedTerminal"] as const) {
  const skip = console === "integratedTerminal" && NO_TERMINAL;
  test(`${console}: breakpoints stop, and it shows the server's words once and no noise`, {
    skip,
  }, async (t) => {
    const folder = temporaryFolder(t);
    const port = await freePort();
    const { script, lineOf } = copyExample(folder);
    const terminal = new TestTerminal();
    const shown = (run: DebugRun) =>
      console === "internalConsole" ? run.output.join("") : terminal.text;
    const use = async (run: DebugRun) => {
      const init = await run.waitForStop();
      assert.equal(init.line, lineOf("joblib.load"));
      await init.continue();
      await until(() => shown(run).search(READY) >= 0, "ready");
      const answer = fetchText(port, "/score", SAMPLE);
      const inRun = await run.waitForStop();
      assert.equal(inRun.line, lineOf("model.predict"));
      await inRun.continue();
      assert.match(await answer, PREDICTED);
      await until(() => /POST \/score 200/.test(shown(run)), "the request's line");
      assert.equal(shown(run).match(READY)?.length, 1);
      assert.doesNotMatch(shown(run), NOISE);
      // What the terminal shows does not fill the debug console, too.
      assert.doesNotMatch(console === "internalConsole" ? "" : run.output.join(""), /\S/);
    };
    const lines = [lineOf("joblib.load"), lineOf("model.predict")];
    const attributes = { port, console };
    await debugFolder(folder, [{ file: script, lines }], use, attributes, terminal);
  });
}

test("closing the terminal of a script that is paused ends the session and leaves nothing", {
  skip: NO_TERMINAL,
}, async (t) => {
  const folder = temporaryFolder(t);
  const port = await freePort();
  const { script, lineOf } = copyExample(folder);
  const terminal = new TestTerminal();
  const use = async (run: DebugRun) => {
    await run.waitForStop();
    terminal.close();
    await assert.rejects(run.waitForStop(), /The server ended/);
  };
  const breakpoints = [{ file: script, lines: [lineOf("joblib.load")] }];
  const attributes = { port, console: "integratedTerminal" } as const;
  await debugFolder(folder, breakpoints, use, attributes, terminal);
});
