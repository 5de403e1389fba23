import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { condaActivation } from "../../extension/python/condaEnvironment";
import { PYTHON } from "../../extension/tasks/project";
import { temporaryFolder, writeProgram } from "./temporary";

const POSIX_ONLY = { skip: process.platform === "win32" && "programs of the shell" };

function condaEnvironment(root: string): string {
  const prefix = path.join(root, "envs", "science");
  fs.mkdirSync(path.join(prefix, "conda-meta"), { recursive: true });
  return writeProgram(path.join(prefix, "bin", "python"), `exec "${PYTHON}" "$@"`);
}

test("an interpreter that is not conda's gets nothing", async (t) => {
  const folder = temporaryFolder(t);
  const python = writeProgram(path.join(folder, "bin", "python"), "");
  assert.deepEqual(await condaActivation(python, {}), {});
});

test("what conda's own activation sets reaches the debuggee", POSIX_ONLY, async (t) => {
  const root = temporaryFolder(t);
  const python = condaEnvironment(root);
  // conda itself cannot be had here; this stand-in does what its `run` does with the variables.
  writeProgram(
    path.join(root, "bin", "conda"),
    'test "$1 $2" = "run --prefix" || exit 2\nshift 4\nGDAL_DATA=/data exec "$@"',
  );
  const activation = await condaActivation(python, { PATH: process.env["PATH"] });
  assert.equal(activation["GDAL_DATA"], "/data");
  assert.equal(activation["PATH"], undefined, "unchanged variables are not repeated");
});

test(
  "without a conda command the environment's programs are at least found",
  POSIX_ONLY,
  async (t) => {
    const python = condaEnvironment(temporaryFolder(t));
    const activation = await condaActivation(python, { PATH: "/usr/bin" });
    const prefix = path.dirname(path.dirname(python));
    assert.deepEqual(activation, {
      CONDA_PREFIX: prefix,
      CONDA_DEFAULT_ENV: "science",
      PATH: `${path.join(prefix, "bin")}:/usr/bin`,
    });
  },
);

test(
  "an activation script that fails does not keep the user from debugging",
  POSIX_ONLY,
  async (t) => {
    const root = temporaryFolder(t);
    const python = condaEnvironment(root);
    writeProgram(path.join(root, "bin", "conda"), "exit 1");
    const activation = await condaActivation(python, { PATH: "/usr/bin" });
    assert.equal(activation["CONDA_DEFAULT_ENV"], "science");
  },
);
