import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { describeCommand, installedCommand } from "../../extension/python/terminalCommand";
import { BUNDLE, EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { temporaryFolder } from "./temporary";

const PYTHON = pythonOf(path.join(EXAMPLE, ".venv"));
const COMMAND = path.join(BUNDLE, "bin", "azmlinfsrv");
const POSIX = { skip: process.platform === "win32" };

test("the command of a terminal runs the bundled server where nothing is installed", POSIX, () => {
  const env = { PATH: "/usr/bin:/bin", AZMLINFSRV_PYTHON: PYTHON };
  assert.match(execFileSync(COMMAND, ["--version"], { env, encoding: "utf8" }), /^azmlinfsrv \d/);
});

test("an activated environment decides which Python the command of a terminal uses", POSIX, (t) => {
  const venv = temporaryFolder(t);
  fs.mkdirSync(path.join(venv, "bin"));
  const python = path.join(venv, "bin", "python");
  fs.writeFileSync(python, '#!/bin/sh\necho "active: $2"\n', { mode: 0o755 });
  const env = { PATH: "/usr/bin:/bin", VIRTUAL_ENV: venv, AZMLINFSRV_PYTHON: PYTHON };
  const told = execFileSync(COMMAND, ["ps"], { env, encoding: "utf8" });
  assert.equal(told, "active: ps\n");
});

test("without any Python the command of a terminal says so", POSIX, (t) => {
  const empty = temporaryFolder(t);
  for (const tool of ["dirname", "sh"]) fs.symlinkSync(`/bin/${tool}`, path.join(empty, tool));
  const run = () => execFileSync(COMMAND, [], { env: { PATH: empty }, stdio: "pipe" });
  assert.throws(run, /there is no Python on the PATH/);
});

test(
  "the published package's command of the same name is recognised and told",
  POSIX,
  async (t) => {
    const folder = temporaryFolder(t);
    const file = path.join(folder, "azmlinfsrv");
    fs.writeFileSync(file, "from azureml_inference_server_http.amlserver import run\nrun()\n");
    const installed = await installedCommand(undefined, folder);
    assert.deepEqual(installed, { file, isPublished: true });
    assert.match(describeCommand(installed), /is the published package's \(.*azmlinfsrv\)/);
  },
);

test("the command of the selected interpreter comes before that on the PATH", POSIX, async (t) => {
  const [environment, other] = [temporaryFolder(t), temporaryFolder(t)];
  for (const folder of [environment, other]) {
    fs.writeFileSync(path.join(folder, "azmlinfsrv"), "from azmlinfsrv.cli import main\n");
  }
  const installed = await installedCommand(path.join(environment, "python"), other);
  assert.deepEqual(installed, { file: path.join(environment, "azmlinfsrv"), isPublished: false });
  assert.equal(await installedCommand(undefined, ""), undefined);
});
