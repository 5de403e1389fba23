import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { Backend } from "../../extension/python/backend";
import { BUNDLE, EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { temporaryFolder, writeProgram } from "./temporary";

const POSIX = process.platform !== "win32";
const backend = new Backend(BUNDLE);
/** Holds numpy and scikit-learn, and nothing of ours. */
const USER_PYTHON = pythonOf(path.join(EXAMPLE, ".venv"));

test("the bundle runs in an interpreter that has nothing of ours installed", async () => {
  const outcome = await backend.find(USER_PYTHON, {
    path: EXAMPLE,
    root: EXAMPLE,
    env: process.env,
  });
  assert.equal(outcome.kind, "found");
  assert.deepEqual(
    outcome.scripts.map((script) => [script.path, script.model_dir]),
    [[path.join(EXAMPLE, "score.py"), path.join(EXAMPLE, "model")]],
  );
});

test("an interpreter that cannot run the backend is told with its path and the reason", {
  skip: !POSIX && "programs of the shell",
}, async (t) => {
  const folder = temporaryFolder(t);
  const program = (name: string, body: string) => writeProgram(path.join(folder, name), body);
  const forbidden = path.join(folder, "forbidden");
  fs.writeFileSync(forbidden, "");
  const cases: readonly (readonly [string, RegExp])[] = [
    [path.join(folder, "missing"), /There is no Python at .*missing/],
    [forbidden, /forbidden may not be executed/],
    [program("old", "echo needs Python 3.10 or later >&2; exit 4"), /needs Python 3\.10 or later/],
    [program("broken", "echo no such library >&2; exit 127"), /broken does not work: no such lib/],
  ];
  for (const [executable, reason] of cases) {
    const query = { path: folder, root: folder, env: process.env };
    const outcome = await backend.find(executable, query);
    assert.equal(outcome.kind, "noInterpreter");
    assert.match(outcome.reason, reason);
    // So the language server is not even tried in it.
    assert.match((await backend.refusal(executable, process.env)) ?? "", reason);
  }
});

test("a script that does not exist is not the interpreter's fault", async (t) => {
  const folder = temporaryFolder(t);
  const outcome = await backend.find(USER_PYTHON, {
    path: path.join(folder, "gone.py"),
    root: folder,
    env: process.env,
  });
  assert.equal(outcome.kind, "failed");
  assert.match(outcome.reason, /gone\.py does not exist/);
});
