import assert from "node:assert/strict";
import * as net from "node:net";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { post, untilFree } from "./server";
import { copyModel, ECHO, exampleFiles, lineOf, scoreUrl, withWorkspace } from "./workspace";

/** A workbench on a script that echoes, with a breakpoint in its run(). */
function withEcho(name: string, use: (wb: Workbench) => Promise<void>): Promise<void> {
  return withWorkspace({ "score.py": ECHO }, (folder) =>
    withWorkbench({ name, folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.toggleBreakpoint("score.py", IN_ECHO);
      await use(wb);
    }),
  );
}

/** "Stop ends the server: no process left, port free within 2 s." */
const FREE_WITHIN_MS = 2_000;
const IN_ECHO = lineOf(ECHO, "return raw_data");

test("F5 stops in init() and run(), shows the input, and the client gets the right answer", async () => {
  const files = exampleFiles();
  const script = files["score.py"] ?? "";
  const inInit = lineOf(script, "joblib.load");
  const inRun = lineOf(script, "model.predict");
  await withWorkspace(files, async (folder) => {
    copyModel(folder);
    await withWorkbench({ name: "f5", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.toggleBreakpoint("score.py", inInit);
      await wb.toggleBreakpoint("score.py", inRun);
      await wb.startDebugging();
      assert.equal((await wb.waitForStopAt("score.py", inInit)).function, "init");
      assert.match(await wb.variable("model_path"), /sklearn_regression_model\.pkl/);
      await wb.continue();

      const console = await wb.waitForDebugConsole(/ready for serving traffic/);
      const url = scoreUrl(console);
      const answer = post(url, files["sample-request.json"] ?? "");
      assert.equal((await wb.waitForStopAt("score.py", inRun)).function, "run");
      assert.match(await wb.variable("data"), /0\.0381/);
      await wb.picture("f5");
      // At the size of the walkthrough's column a whole window cannot be read.
      await wb.picture("walkthrough/f5", { x: 0, y: 0, width: 640, height: 500 });
      await wb.continue();
      const { status, text } = await answer;
      assert.equal(status, 200);
      assert.deepEqual(
        (JSON.parse(text) as number[]).map((value) => value.toFixed(1)),
        ["207.3", "69.6"],
      );
      assert.deepEqual(await wb.notifications(), []);
    });
  });
});

test("Stop while a worker is paused ends the server, frees its port and leaves no process", async () => {
  await withEcho("stop-while-paused", async (wb) => {
    await wb.startDebugging();
    const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
    const cutOff = assert.rejects(post(url, "{}"));
    await wb.waitForStopAt("score.py", IN_ECHO);
    await wb.stopDebugging();
    const milliseconds = await untilFree(Number(new URL(url).port));
    assert.ok(milliseconds < FREE_WITHIN_MS, `the port was free after ${milliseconds} ms`);
    await cutOff;
    await wb.waitForSessionEnd();
    // withWorkbench fails when a process of this test outlives it.
  });
});

test("Closing the window in the middle of a pause leaves no process and no port", async () => {
  let port = 0;
  await withEcho("close-window", async (wb) => {
    await wb.startDebugging();
    const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
    port = Number(new URL(url).port);
    post(url, "{}").catch(() => undefined);
    await wb.waitForStopAt("score.py", IN_ECHO);
  });
  await untilFree(port, FREE_WITHIN_MS);
});

test("Ctrl+F5 serves without stopping at breakpoints", async () => {
  await withEcho("ctrl-f5", async (wb) => {
    await wb.runWithoutDebugging();
    const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
    assert.deepEqual(await post(url, '{"a": 1}'), { status: 200, text: '"{\\"a\\": 1}"' });
    await wb.stopDebugging();
    await untilFree(Number(new URL(url).port), FREE_WITHIN_MS);
  });
});

test("Restart keeps the port that clients know, also one that was free by chance, and breakpoints", async () => {
  // With 5001 taken, the server gets any other.
  const taken = net.createServer();
  await new Promise<void>((resolve) =>
    taken.once("error", resolve).listen(5001, "127.0.0.1", resolve),
  );
  try {
    await withEcho("restart", async (wb) => {
      await wb.startDebugging();
      const first = await wb.waitForDebugConsole(/Worker with pid \d+ ready/);
      const pid = /Worker with pid (\d+) ready/.exec(first)?.[1];
      await wb.page.keyboard.press("Control+Shift+F5");
      const second = new RegExp(`Worker with pid (?!${pid} )\\d+ ready`);
      const restarted = await wb.waitForDebugConsole(second);
      assert.equal(scoreUrl(restarted), scoreUrl(first));
      const answer = post(scoreUrl(first), "{}");
      await wb.waitForStopAt("score.py", IN_ECHO);
      await wb.continue();
      assert.equal((await answer).status, 200);
      assert.deepEqual(await wb.notifications(), []);
    });
  } finally {
    taken.close();
  }
});

test("F5 in the sample request asks which of two entry scripts is meant", async () => {
  const files = {
    "a.py": ECHO,
    "b.py": ECHO,
    "score_c.py": "x = 1\n",
    "sample-request.json": "{}",
  };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "choose-script", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("sample-request.json");
      await wb.until("F5 to be ours: the extension knows the entry scripts", async () => {
        await wb.startDebugging();
        const foreign = wb.page.locator(".monaco-dialog-box");
        if (!(await foreign.isVisible())) return { found: true };
        await wb.page.keyboard.press("Escape");
        return { seen: await foreign.allTextContents() };
      });
      await wb.pickQuickItem("b.py");
      await wb.waitForDebugConsole(/Found user script at .*b\.py/);
    });
  });
});
