import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { debugpyLaunchEntry } from "../../extension/debugging/launchJson/entries";
import { DebugRun } from "../../extension/tasks/debugRun";
import { PYTHON } from "../../extension/tasks/project";
import { ADAPTER } from "../../extension/tasks/terminalLaunch";
import { freePort } from "../../extension/tasks/workbench";
import { debugScript } from "./debugScript";
import { temporaryFolder } from "./temporary";

// The docstring is the first line that is executed, the comment is not.
const SCRIPT = [
  "# A script with a comment on top.",
  '"""What it does."""',
  "from __future__ import annotations",
  "",
  "answer = 42",
  "",
  "def init():",
  "    pass",
  "",
  "def run(data):",
  "    return data",
  "",
].join("\n");

for (const justMyCode of [true, false]) {
  const name = justMyCode ? "" : ", libraries included";
  test(`stopOnEntry stops in the first line of the script, not of the server${name}`, async (t) => {
    const folder = temporaryFolder(t);
    const port = await freePort();
    const use = async (run: DebugRun) => {
      const entry = await run.waitForStop();
      assert.deepEqual([entry.file, entry.line], [path.join(folder, "score.py"), 2]);
      assert.equal(entry.locals.has("answer"), false);
      await run.continue();
      // The user's own breakpoints are still there, and no stop of ours is left.
      assert.equal((await run.waitForStop()).line, 5);
      await run.continue();
      const answer = fetch(`http://127.0.0.1:${port}/score`, { method: "POST", body: "x" });
      assert.equal((await run.waitForStop()).line, 11);
      await run.continue();
      assert.equal((await answer).status, 200);
    };
    await debugScript(folder, SCRIPT, [5, 11], use, { stopOnEntry: true, port, justMyCode });
  });
}

test("stopOnEntry stops in a line that has a breakpoint of the user's once", async (t) => {
  const use = async (run: DebugRun) => {
    assert.equal((await run.waitForStop()).line, 2);
    await run.continue();
    assert.equal((await run.waitForStop()).line, 5);
  };
  await debugScript(temporaryFolder(t), SCRIPT, [2, 5], use, { stopOnEntry: true });
});

test("a script that is not Python is told as ever when it was to stop on entry", async (t) => {
  const use = async (run: DebugRun) => {
    await assert.rejects(run.waitForStop(), /SyntaxError/);
  };
  const broken = "def init(): pass\ndef run(data:\n    pass\n";
  await debugScript(temporaryFolder(t), broken, [], use, { stopOnEntry: true });
});

test("with two workers a breakpoint stops in each of them, and with reload in the saved code", async (t) => {
  const port = await freePort();
  const folder = temporaryFolder(t);
  const use = async (run: DebugRun) => {
    for (const _worker of [1, 2]) {
      assert.equal((await run.waitForStop()).line, 5);
      await run.continue();
    }
    fs.writeFileSync(path.join(folder, "score.py"), SCRIPT.replace("42", "43"));
    assert.equal((await run.waitForStop()).line, 5);
  };
  await debugScript(folder, SCRIPT, [5], use, { port, workerCount: 2, reload: true });
});

test("env, envFile, cwd, model folder and args reach a script in a folder with blanks and accents", async (t) => {
  const folder = temporaryFolder(t);
  const script = [
    "import os",
    "model = os.environ['AZUREML_MODEL_DIR']",
    "seen = [os.environ['FROM_FILE'], os.environ['FROM_ENV'], os.getcwd()]",
    "done = True",
    "def init(): pass",
    "def run(data): pass",
    "",
  ].join("\n");
  const inside = (name: string) => path.join(folder, name);
  fs.mkdirSync(inside("modèle é"));
  fs.mkdirSync(inside("arbeits ordner"));
  fs.writeFileSync(inside("prod ü.env"), "BASE=grün\nFROM_FILE=${BASE} ${FROM_SHELL}x\n");
  const use = async (run: DebugRun) => {
    const { line, locals } = await run.waitForStop();
    assert.equal(line, 4);
    assert.equal(locals.get("model"), `'${inside("modèle é")}'`);
    assert.equal(locals.get("seen"), `['grün x', 'weiß', '${inside("arbeits ordner")}']`);
  };
  await debugScript(folder, script, [4], use, {
    ...{ envFile: "prod ü.env", env: { FROM_ENV: "weiß" }, modelDir: "modèle é" },
    ...{ cwd: "arbeits ordner", args: ["--log_format", "json"] },
  });
});

test("what colleagues without this extension get starts with debugpy and the package alone", async (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "score.py");
  fs.writeFileSync(file, SCRIPT);
  fs.mkdirSync(path.join(folder, "my model"));
  const script = { entryScript: file, modelDir: path.join(folder, "my model"), env: { A: "b" } };
  const entry = JSON.stringify(debugpyLaunchEntry(script, folder));
  const configuration = JSON.parse(entry.replaceAll("${workspaceFolder}", folder));
  configuration.args.push("--port", String(await freePort()));
  // What Microsoft's extension adds.
  const added = { python: [PYTHON], cwd: folder, console: "internalConsole" };
  const run = await DebugRun.launch({ ...configuration, ...added }, ADAPTER, [
    { file, lines: [5] },
  ]);
  try {
    assert.equal((await run.waitForStop()).line, 5);
  } finally {
    await run.stop();
  }
});
