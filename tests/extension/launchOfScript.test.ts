import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { launchOfScript } from "../../extension/debugging/launchOfScript";

const FOLDER = path.resolve("/work");
const SCRIPT = path.join(FOLDER, "src", "score.py");
const ENTRY = { type: "azmlinfsrv", request: "launch", name: "Mine" };

test("A lens without launch.json starts its script", () => {
  assert.deepEqual(launchOfScript(SCRIPT, [], FOLDER), {
    type: "azmlinfsrv",
    request: "launch",
    name: "",
    entryScript: SCRIPT,
  });
});

test("A lens uses what launch.json says of its script", () => {
  const configurations = [
    { type: "debugpy", request: "launch", name: "Other", entryScript: SCRIPT },
    { ...ENTRY, name: "Attach", request: "attach", entryScript: SCRIPT },
    { ...ENTRY, name: "Another", entryScript: "other.py", port: 1 },
    { ...ENTRY, entryScript: "${workspaceFolder}/src/score.py", env: { A: "1" } },
  ];
  const found = launchOfScript(SCRIPT, configurations, FOLDER);
  assert.deepEqual(found, { ...ENTRY, entryScript: SCRIPT, env: { A: "1" } });
});

test("An entry for whatever file is active holds for the script of the lens", () => {
  const configurations = [null, "x", { ...ENTRY, entryScript: "${file}", port: 5002 }];
  assert.equal(launchOfScript(SCRIPT, configurations, FOLDER)["port"], 5002);
  assert.equal(launchOfScript(SCRIPT, configurations, undefined)["entryScript"], SCRIPT);
});

test("A relative path and one with dots are the same script", () => {
  for (const entryScript of ["src/score.py", "./src/../src/score.py", SCRIPT]) {
    const found = launchOfScript(SCRIPT, [{ ...ENTRY, entryScript }], FOLDER);
    assert.equal(found.name, "Mine", entryScript);
  }
});
