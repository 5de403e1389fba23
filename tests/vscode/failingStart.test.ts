import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { ECHO, lineOf, withWorkspace } from "./workspace";

test("An exception in init() stops at its line, which stays underlined until it is edited", async () => {
  const script = ECHO.replace("    pass", '    raise ValueError("no model here")');
  const line = lineOf(script, "raise ValueError");
  await withWorkspace({ "score.py": script }, async (folder) => {
    await withWorkbench({ name: "failing-init", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      // VS Code brings the view forward at breakpoints only.
      await wb.runCommand("View: Show Run and Debug");
      await wb.startDebugging();
      assert.equal((await wb.waitForStopAt("score.py", line)).function, "init");
      await wb.waitForNotification(/no model here/);
      await wb.continue();
      await wb.waitForSessionEnd();
      const [problem] = await wb.waitForProblems("the failure", ({ length }) => length === 1);
      assert.deepEqual(
        { ...problem, message: /no model here/.test(problem?.message ?? "") },
        {
          ...{ file: "score.py", line, column: 5, message: true, severity: "error" },
          ...{ source: "Azure ML", code: undefined },
        },
      );
      await wb.screenshot("test-results/failing-init-underlined.png");

      await wb.openFile("score.py");
      await wb.gotoLine(1);
      // An empty line above: a script that is no mistake of another kind.
      await wb.page.keyboard.press("Enter");
      await wb.waitForProblems("none after an edit", ({ length }) => length === 0);
    });
  });
});

test("A mistake in a module beside the script is underlined there, and no more at the next start", async () => {
  const files = { "score.py": `import helper\n\n\n${ECHO}`, "helper.py": "x = 1\ny = x +\n" };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "failing-helper", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      await wb.waitForNotification(/SyntaxError/);
      const [problem] = await wb.waitForProblems("the mistake", ({ length }) => length === 1);
      assert.deepEqual([problem?.file, problem?.line], ["helper.py", 2]);
      await wb.stopDebugging();
      await wb.waitForSessionEnd();

      fs.writeFileSync(path.join(wb.folder, "helper.py"), "x = 1\n");
      await wb.startDebugging();
      await wb.waitForDebugConsole(/ready for serving traffic/);
      await wb.waitForProblems("none", ({ length }) => length === 0);
    });
  });
});

test("A script without run() is underlined although no line of it has failed", async () => {
  const script = "def init():\n    pass\n";
  const files = { "score.py": script, ".vscode/launch.json": launchOf("score.py") };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "missing-run", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      await wb.waitForNotification(/does not have a run\(\) function/);
      const [problem] = await wb.waitForProblems("the missing run()", ({ length }) => length === 1);
      assert.deepEqual([problem?.file, problem?.line], ["score.py", 1]);
      await wb.waitForSessionEnd();
    });
  });
});

function launchOf(entryScript: string): string {
  const configuration = { type: "azmlinfsrv", request: "launch", name: "score", entryScript };
  return JSON.stringify({ version: "0.2.0", configurations: [configuration] });
}
