import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { post } from "./server";
import { ECHO, lineOf, scoreUrl, withWorkspace } from "./workspace";

const LAUNCH = {
  version: "0.2.0",
  configurations: [
    {
      ...{ type: "azmlinfsrv", request: "launch", name: "score.py" },
      ...{ entryScript: "${workspaceFolder}/score.py", reload: true },
    },
  ],
};
const FAILING = ECHO.replace("return raw_data", "return int(raw_data)");

test("With --reload a mistake that is saved is told with its line, and mended code stops at breakpoints", async () => {
  const files = { "score.py": FAILING, ".vscode/launch.json": JSON.stringify(LAUNCH) };
  const inRun = lineOf(ECHO, "return raw_data");
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "reload", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
      // VS Code brings the view forward at breakpoints only, not for an exception.
      await wb.runCommand("View: Show Run and Debug");
      const failing = post(url, "x");
      await wb.waitForStopAt("score.py", inRun);
      await wb.continue();
      const failed = await failing;
      const told = JSON.parse(failed.text) as Record<string, unknown>;
      assert.deepEqual([told["error_type"], told["line"]], ["ValueError", inRun]);

      const script = path.join(wb.folder, "score.py");
      fs.writeFileSync(script, FAILING.replace("def run(raw_data)", "def run(raw_data"));
      const shown = await wb.waitForNotification(/the code from before goes on/);
      assert.match(shown.message, /SyntaxError/);
      assert.equal((await post(url, "1")).text, "1");

      fs.writeFileSync(script, ECHO);
      await wb.waitForDebugConsole(/has been loaded anew/);
      // The breakpoint belongs to the line as it is now.
      await wb.waitForEditorText("return raw_data");
      await wb.toggleBreakpoint("score.py", inRun);
      const request = () => post(url, "x");
      const { stop, answer } = await wb.waitForStopOf(request, "score.py", inRun);
      assert.equal(stop.function, "run");
      await wb.continue();
      assert.equal((await answer).text, '"x"');
    });
  });
});
