import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { findInterpreter } from "../../extension/python/interpreter";
import { temporaryFolder, writeProgram } from "./temporary";

const WINDOWS = process.platform === "win32";
const inEnvironment = (name: string) =>
  WINDOWS ? path.join(name, "Scripts", "python.exe") : path.join(name, "bin", "python");
const onPath = WINDOWS ? "python.exe" : "python3";

test("each source of the interpreter wins over the next one", async (t) => {
  const folder = temporaryFolder(t);
  const searchPath = path.join(folder, "on path");
  const fromPath = writeProgram(path.join(searchPath, onPath), "");
  const find = async (sources: object) =>
    (await findInterpreter({ folder, searchPath, ...sources }))?.executable;

  assert.equal(await find({}), fromPath);
  const venv = writeProgram(path.join(folder, inEnvironment("venv")), "");
  assert.equal(await find({}), venv);
  const hidden = writeProgram(path.join(folder, inEnvironment(".venv")), "");
  assert.equal(await find({}), hidden);
  assert.equal(await find({ selected: "/selected/python" }), path.resolve("/selected/python"));
  assert.equal(
    await find({ selected: "/selected/python", setting: "/set/python" }),
    path.resolve("/set/python"),
  );
  assert.equal(await find({ setting: "/set/python", attribute: "python3.12" }), "python3.12");
});

test("a relative path in a setting belongs to the workspace folder", async (t) => {
  const folder = temporaryFolder(t);
  const found = await findInterpreter({ folder, setting: "./env/bin/python", searchPath: "" });
  assert.equal(found?.executable, path.join(folder, "env", "bin", "python"));
});

test("a machine without Python is an answer, not an exception", async (t) => {
  const folder = temporaryFolder(t);
  assert.equal(await findInterpreter({ folder, searchPath: folder }), undefined);
});
