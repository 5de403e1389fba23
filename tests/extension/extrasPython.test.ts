// The heavy tests say which Python they need, before pip says it in its own words.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { ROOT } from "../../extension/tasks/project";
import { oldestPython, tooOld } from "../extrasPython";

const FOLDER = path.join(ROOT, "tests", "extras");

test("an older Python is told with what to do, a newer one is taken", () => {
  assert.match(tooOld("onnx", "3.11", "3.10") ?? "", /^onnx needs Python 3\.11 or newer/);
  assert.match(tooOld("onnx", "3.10", "3.9") ?? "", /3\.10 or newer/);
  assert.equal(tooOld("onnx", "3.9", "3.10"), undefined);
  assert.equal(tooOld("onnx", undefined, "3.10"), undefined);
});

test("each lock that has left Python 3.10 behind says so", () => {
  for (const file of fs.readdirSync(FOLDER).filter((name) => name.endsWith(".txt"))) {
    const lock = fs.readFileSync(path.join(FOLDER, file), "utf8");
    const input = fs.readFileSync(path.join(FOLDER, file.replace(/txt$/, "in")), "utf8");
    // A lock that is for 3.10, too, has an older numpy for it.
    const numpy = [...lock.matchAll(/^numpy==2\.(\d+)/gm)].map(([, minor]) => Number(minor));
    const needed = numpy.length > 0 && Math.min(...numpy) >= 3 ? "3.11" : undefined;
    assert.equal(oldestPython(input), needed, file);
  }
});
