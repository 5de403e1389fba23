import assert from "node:assert/strict";
import * as fs from "node:fs";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { lineOf, withWorkspace } from "./workspace";

const LIMIT_MS = 60_000;
const SCRIPT = `import os


def init():
    global factor
    factor = 2


def run(mini_batch):
    results = []
    for name in mini_batch:
        with open(name) as file:
            results.append(f"{os.path.basename(name)} {int(file.read()) * factor}")
    return results
`;
/** More than one mini batch takes. */
const NUMBERS = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, "0"));
const FILES = Object.fromEntries(NUMBERS.map((number) => [`numbers/${number}.txt`, number]));
const RESULTS = NUMBERS.map((number) => `${number}.txt ${Number(number) * 2}\n`).join("");
const QUESTION = "Which folder is batch_score.py to score?";
const WRITTEN = /written: (\S+\.csv)/;

test("F5 on a batch script asks for a folder, stops in run() for each mini batch, and writes the results in order", async () => {
  await withWorkspace({ "batch_score.py": SCRIPT, ...FILES }, async (folder) => {
    await withWorkbench({ name: "batch", folder, vsix: VSIX }, async (wb) => {
      const line = lineOf(SCRIPT, "return results");
      await wb.toggleBreakpoint("batch_score.py", line);

      await askedForFolder(wb);
      await wb.page.keyboard.press("Escape");
      await wb.page.getByText(QUESTION).waitFor({ state: "hidden" });
      await wb.waitForSessionEnd();
      assert.deepEqual(await wb.notifications(), []);

      await askedForFolder(wb);
      await wb.pickQuickItem("numbers");
      await wb.waitForQuickItem("..");
      await wb.page.getByRole("button", { name: "Score This Folder" }).click();
      await wb.waitForStopAt("batch_score.py", line, LIMIT_MS);
      assert.match(await wb.variable("mini_batch"), /01\.txt/);
      await wb.expandVariable("mini_batch");
      assert.match(await wb.variable("9"), /10\.txt'$/);
      assert.match(await wb.variable("results"), /'01\.txt 2'/);
      await wb.continue();
      await wb.waitForStopAt("batch_score.py", line);
      assert.match(await wb.variable("results"), /^\['11\.txt 22', '12\.txt 24'\]$/);
      await wb.continue();

      await wb.waitForSessionEnd();
      const told = await wb.waitForDebugConsole(WRITTEN);
      assert.match(told, /completed: 12 of 12 files scored, 0 failed/);
      const [, output = ""] = WRITTEN.exec(told) ?? [];
      assert.equal(fs.readFileSync(output, "utf8"), RESULTS);
      assert.deepEqual(await wb.notifications(), []);
    });
  });
});

/** Press F5, until the question is there. */
async function askedForFolder(wb: Workbench): Promise<void> {
  await wb.openFile("batch_score.py");
  await wb.startDebugging();
  await wb.page.locator(".quick-input-title", { hasText: QUESTION }).waitFor();
}
