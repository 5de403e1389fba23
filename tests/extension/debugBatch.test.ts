import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import type { DebugRun } from "../../extension/tasks/debugRun";
import { debugScript } from "./debugScript";
import { temporaryFolder } from "./temporary";

const SCRIPT = [
  "import os",
  "",
  "def init():",
  "    global factor",
  "    factor = 2",
  "",
  "def run(mini_batch):",
  "    results = [int(open(name).read()) * factor for name in mini_batch]",
  "    return results",
  "",
].join("\n");

test("F5 on a batch script stops in init() and in run() for each mini batch, and ends", async (t) => {
  const folder = temporaryFolder(t);
  fs.mkdirSync(path.join(folder, "in"));
  for (const number of [1, 2, 3]) {
    fs.writeFileSync(path.join(folder, "in", `${number}.txt`), `${number}`);
  }
  const use = async (run: DebugRun) => {
    assert.equal((await run.waitForStop()).line, 5);
    for (const results of ["[2, 4]", "[6]"]) {
      await run.continue();
      const { line, locals } = await run.waitForStop();
      assert.deepEqual([line, locals.get("results")], [9, results]);
    }
    await run.continue();
    await run.waitForOutput(/completed: 3 of 3 files scored, 0 failed/);
    const output = path.join(folder, "out.csv");
    assert.equal(fs.readFileSync(output, "utf8"), "2\n4\n6\n");
  };
  await debugScript(folder, SCRIPT, [5, 9], use, {
    ...{ input: "in", output: "out.csv", miniBatchSize: 2 },
  });
});
