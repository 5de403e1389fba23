import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { Backend } from "../../extension/python/backend";
import { PythonService } from "../../extension/python/service";
import { BUNDLE } from "../../extension/tasks/project";
import { temporaryFolder, writeProgram } from "./temporary";

/** A workspace whose .venv holds a program that leaves a mark when it is started. */
function workspace(folder: string, trusted: boolean) {
  const mark = path.join(folder, "started");
  writeProgram(path.join(folder, ".venv", "bin", "python"), `touch "${mark}"; exit 1`);
  const script = path.join(folder, "score.py");
  fs.writeFileSync(script, "def init(): pass\ndef run(data): pass\n");
  const preferences = {
    isTrusted: () => trusted,
    pythonPath: () => undefined,
    modelDir: () => undefined,
    selected: async () => undefined,
  };
  const service = new PythonService(new Backend(BUNDLE), preferences, BUNDLE);
  return { service, script, started: () => fs.existsSync(mark) };
}

const POSIX_ONLY = { skip: process.platform === "win32" && "programs of the shell" };

test("no program of a workspace that is not trusted is started", POSIX_ONLY, async (t) => {
  const folder = temporaryFolder(t);
  const { service, script, started } = workspace(folder, false);
  assert.equal(await service.isEntryScript(script, folder), false);
  assert.equal(await service.hasEntryScript(folder), false);
  const refused = await service.interpreter(undefined, folder);
  assert.ok("message" in refused);
  assert.match(refused.message, /not trusted/);
  assert.ok("reason" in (await service.languageServer(folder)));
  assert.ok(!started());
});

test("in a trusted workspace its own interpreter is asked", POSIX_ONLY, async (t) => {
  const folder = temporaryFolder(t);
  const { service, script, started } = workspace(folder, true);
  await service.isEntryScript(script, folder);
  assert.ok(started());
});
