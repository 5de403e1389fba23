import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { lineOf, withWorkspace } from "./workspace";

const SCRIPT = `import os

import joblib
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema

folder = os.getenv("AZUREML_MODEL_DIR")


def init():
    global model
    model = joblib.load(os.path.join(folder, "model.pkl"))


@input_schema("Data", NumpyParameterType(np.array([[1.5, 2.5]])))
def run(data):
    return model.predict(data).tolist()
`;
const SETTINGS = JSON.stringify({
  // Colours, so that a picture of the test shows what a user sees.
  "editor.lightbulb.enabled": "on",
});

test("A wrong name in a decorator is underlined, and a quick fix mends it", async () => {
  const files = { "score.py": SCRIPT, ".vscode/settings.json": SETTINGS, "model/model.pkl": "" };
  const line = lineOf(SCRIPT, "@input_schema");
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "language-quick-fix", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      const [problem] = await wb.waitForProblems("the wrong name", ({ length }) => length === 1);
      assert.deepEqual(
        [problem?.file, problem?.line, problem?.severity, problem?.source, problem?.code],
        ["score.py", line, "error", "Azure ML", "AML201"],
      );
      assert.match(problem?.message ?? "", /run\(\) has no parameter 'Data'/);
      await wb.openFile("score.py");
      await wb.gotoLine(line);
      await wb.page.keyboard.press("F8");
      await wb.picture("diagnostics");
      await wb.picture("walkthrough/diagnostics", { x: 0, y: 0, width: 800, height: 480 });
      await wb.page.keyboard.press("Escape");

      await wb.quickFix("Rename to 'data'");
      const mended = SCRIPT.split("\n")[line - 1]?.replace("Data", "data") ?? "";
      await wb.waitForEditorText(mended);
      await wb.waitForProblems("none after the fix", ({ length }) => length === 0);
    });
  });
});

test("A missing model file is underlined until it is there, and its name is offered", async () => {
  const script = SCRIPT.replace('"Data"', '"data"');
  const files = {
    "score.py": script,
    ".vscode/settings.json": SETTINGS,
    "model/classifier.pkl": "",
    "model/labels/names.txt": "",
  };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "language-model-file", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      const [problem] = await wb.waitForProblems("the missing file", ({ length }) => length === 1);
      assert.deepEqual([problem?.code, problem?.severity], ["AML301", "error"]);
      assert.match(problem?.message ?? "", /there is no 'model\.pkl'.*'classifier\.pkl'/);
      fs.writeFileSync(path.join(wb.folder, "model", "model.pkl"), "");
      await wb.waitForProblems("none once the file is there", ({ length }) => length === 0);

      await wb.openFile("score.py");
      await wb.gotoLine(lineOf(script, '"model.pkl"'));
      await wb.page.keyboard.press("End");
      // Behind the opening quotation mark of "model.pkl")).
      for (let step = 0; step < 3; step += 1) await wb.page.keyboard.press("ArrowLeft");
      await wb.page.keyboard.press("Control+Backspace");
      await wb.page.keyboard.press("Control+Backspace");
      await wb.page.keyboard.press("Control+Backspace");
      await wb.page.keyboard.type("cla");
      await wb.acceptSuggestion("classifier.pkl");
      await wb.waitForEditorText('model = joblib.load(os.path.join(folder, "classifier.pkl"))');
      await wb.waitForProblems("none with the name of a file", ({ length }) => length === 0);
    });
  });
});

const PROC = "/proc";
const LINUX_ONLY = { skip: process.platform !== "linux" && "processes are found in /proc" };

test(
  "A language server that dies is replaced, and mistakes are still underlined",
  LINUX_ONLY,
  async () => {
    const script = SCRIPT.replace('"Data"', '"data"');
    const files = { "score.py": script, "model/model.pkl": "" };
    await withWorkspace(files, async (folder) => {
      await withWorkbench({ name: "language-crash", folder, vsix: VSIX }, async (wb) => {
        await wb.openFile("score.py");
        const first = await wb.until("the language server", async () => {
          const found = languageServerOf(wb.folder);
          return found === undefined ? { seen: "no process" } : { found };
        });
        process.kill(first, "SIGKILL");
        await wb.until("another language server", async () => {
          const found = languageServerOf(wb.folder);
          return found === undefined || found === first ? { seen: found } : { found };
        });
        await wb.openFile("score.py");
        await wb.gotoLine(lineOf(script, "def run"));
        await wb.page.keyboard.press("End");
        await wb.page.keyboard.press("ArrowLeft");
        await wb.page.keyboard.press("ArrowLeft");
        await wb.page.keyboard.type(", more");
        const [problem] = await wb.waitForProblems(
          "of the new server",
          ({ length }) => length === 1,
        );
        assert.equal(problem?.code, "AML202");
        assert.deepEqual(await wb.notifications(), []);
      });
    });
  },
);

/** The process id of the language server that runs in the environment of a workspace. */
function languageServerOf(folder: string): number | undefined {
  const found = fs.readdirSync(PROC).find((entry) => {
    try {
      const words = fs.readFileSync(path.join(PROC, entry, "cmdline"), "utf8").split("\0");
      return words.includes("language-server") && words[0]?.startsWith(folder) === true;
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}
