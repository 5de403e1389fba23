import assert from "node:assert/strict";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { post } from "./server";
import { ECHO, lineOf, scoreUrl, withWorkspace } from "./workspace";

const RAISING = ECHO.replace("return raw_data", "return int(raw_data)");
const BOX = "User Uncaught Exceptions";

test("An exception in run() stops at its line by default, and not when the box is unticked", async () => {
  const line = lineOf(RAISING, "return int(raw_data)");
  await withWorkspace({ "score.py": RAISING }, async (folder) => {
    await withWorkbench({ name: "exception", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
      // VS Code brings the view forward at breakpoints only.
      await wb.runCommand("View: Show Run and Debug");
      const answer = post(url, "x");
      assert.equal((await wb.waitForStopAt("score.py", line)).function, "run");
      assert.match(await wb.variable("raw_data"), /'x'/);
      await wb.until("the exception beside its line", async () => {
        const shown = await wb.page.locator(".exception-widget").allTextContents();
        return /ValueError/.test(shown.join()) ? { found: true } : { seen: shown };
      });
      await wb.screenshot("test-results/exception-stopped.png");
      await wb.continue();
      const { status, text } = await answer;
      assert.deepEqual([status, JSON.parse(text).error_type], [500, "ValueError"]);

      const box = wb.page.locator(".debug-breakpoints .monaco-list-row", { hasText: BOX });
      await box.locator(".monaco-custom-toggle, input").first().click();
      await wb.until("an answer without a stop", async () => {
        let hasAnswer = false;
        const next = post(url, "x").finally(() => {
          hasAnswer = true;
        });
        const stopped = await wb.until("a stop or an answer", async () => {
          const frames = await wb.callStack();
          return hasAnswer || frames.length > 0 ? { found: frames } : { seen: "neither" };
        });
        // The box's new state has not reached the worker yet.
        if (stopped.length > 0) await wb.continue();
        assert.equal((await next).status, 500);
        return stopped.length > 0 ? { seen: stopped } : { found: true };
      });
    });
  });
});
