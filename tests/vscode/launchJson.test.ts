import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import * as jsonc from "jsonc-parser";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { post } from "./server";
import { ECHO, lineOf, scoreUrl, withWorkspace } from "./workspace";

const COMMAND = "Azure ML: Add Debug Configurations to launch.json";

const readLaunchJson = (wb: Workbench) =>
  fs.readFileSync(path.join(wb.folder, ".vscode", "launch.json"), "utf8");

/** Accept what the command's list has ticked. */
async function acceptList(wb: Workbench): Promise<string[]> {
  const items = await wb.until("the list of what can be added", async () => {
    const seen = await wb.quickItems();
    return seen.some((item) => item.includes("Attach to")) ? { found: seen } : { seen };
  });
  await wb.page.keyboard.press("Enter");
  return items;
}

/** The command has done its work when it shows what was added. */
async function untilLine(wb: Workbench, line: number): Promise<void> {
  await wb.until(`the cursor in line ${line} of launch.json`, async () => {
    const items = (await wb.statusBarItems()).map((item) => item.text);
    const isThere = items.some((text) => text.startsWith(`Ln ${line},`));
    return isThere ? { found: true } : { seen: items };
  });
}

const namesIn = (launchJson: string): string[] =>
  jsonc.parse(launchJson).configurations.map(({ name }: { name: string }) => name);

test("A deployment file fills a configuration, and F5 starts it in a folder with blanks", async () => {
  const script = ECHO.replace("pass", "global model; model = os.environ['AZUREML_MODEL_DIR']");
  const deployment = [
    "model:",
    "  path: my model",
    "code_configuration:",
    "  code: src é",
    "  scoring_script: score.py",
    "environment_variables:",
    "  LEVEL: debug",
    "",
  ].join("\n");
  const files = {
    "src é/score.py": `import os\n${script}`,
    "my model/weights.txt": "",
    "deployment.yml": deployment,
  };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "add-from-deployment", folder, vsix: VSIX }, async (wb) => {
      const line = lineOf(files["src é/score.py"], "return raw_data");
      await wb.toggleBreakpoint("src é/score.py", line);
      await wb.runCommand(COMMAND);
      const items = await acceptList(wb);
      assert.match(items.join("\n"), /From deployment\.yml: src é\/score\.py.*model my model/);
      await wb.until("launch.json with the deployment's configuration", async () => {
        const there = fs.existsSync(path.join(wb.folder, ".vscode", "launch.json"));
        const names = there ? namesIn(readLaunchJson(wb) || '{"configurations":[]}') : [];
        return names.length === 2 ? { found: true } : { seen: names };
      });
      await untilLine(wb, 4);
      await wb.startDebugging();
      const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
      const answer = post(url, "{}");
      await wb.waitForStopAt("score.py", line);
      await wb.continue();
      assert.equal((await answer).status, 200);
      assert.match(await wb.debugConsole(), /Model Directory:? .*my model/i);
      await wb.stopDebugging();
      await wb.waitForSessionEnd();
      assert.deepEqual(await wb.notifications(), []);
    });
  });
});

test("Two runs of the command add nothing twice and keep the user's comments", async () => {
  const mine = '{\n    // mine\n    "version": "0.2.0",\n    "configurations": [],\n}\n';
  await withWorkspace({ "score.py": ECHO, ".vscode/launch.json": mine }, async (folder) => {
    await withWorkbench({ name: "add-twice", folder, vsix: VSIX }, async (wb) => {
      await wb.toggleBreakpoint("score.py", lineOf(ECHO, "pass"));
      await wb.runCommand(COMMAND);
      await acceptList(wb);
      await wb.until("launch.json with both configurations", async () => {
        const text = readLaunchJson(wb);
        return namesIn(text).join() === "Azure ML: score.py,Azure ML: Attach to a Running Server"
          ? { found: true }
          : { seen: text };
      });
      const once = readLaunchJson(wb);
      await untilLine(wb, 5);
      await wb.gotoLine(1);
      assert.match(once, /\/\/ mine/);
      await wb.runCommand(COMMAND);
      await acceptList(wb);
      await untilLine(wb, 5);
      assert.equal(readLaunchJson(wb), once);

      await wb.startDebugging();
      await wb.waitForStopAt("score.py", lineOf(ECHO, "pass"));
      await wb.stopDebugging();
      await wb.waitForSessionEnd();
      assert.deepEqual(await wb.notifications(), []);
    });
  });
});

test("A launch.json that cannot be read stays as it is, and its place opens", async () => {
  const half = '{\n  "configurations": [\n    {"name": }\n  ]\n}\n';
  await withWorkspace({ "score.py": ECHO, ".vscode/launch.json": half }, async (folder) => {
    await withWorkbench({ name: "unreadable-launch-json", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.runCommand(COMMAND);
      await acceptList(wb);
      const shown = await wb.waitForNotification(/Nothing was added/);
      assert.deepEqual(shown.actions, ["Open launch.json:3"]);
      assert.equal(readLaunchJson(wb), half);
    });
  });
});

test("A wrong attribute in launch.json is underlined while it is typed, and F5 says what is meant", async () => {
  const wrong = { type: "azmlinfsrv", request: "launch", name: "a", entry_script: "score.py" };
  const launch = JSON.stringify({ version: "0.2.0", configurations: [wrong] }, undefined, 2);
  await withWorkspace({ "score.py": ECHO, ".vscode/launch.json": launch }, async (folder) => {
    await withWorkbench({ name: "wrong-attribute", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile(".vscode/launch.json");
      await wb.waitForProblems("the attribute that is not allowed", (problems) =>
        problems.some(({ message }) => message.includes("entry_script")),
      );
      await wb.openFile("score.py");
      await wb.startDebugging();
      await wb.waitForNotification(/entry_script .* did you mean entryScript\?/);
    });
  });
});
