import assert from "node:assert/strict";
import { test } from "node:test";
import { Crashes, lastWords } from "../../extension/language/crashes";
import { hasOtherLinter } from "../../extension/language/otherLinters";
import { SerialQueue } from "../../extension/language/serialQueue";
import { type DocumentStatus, statusView } from "../../extension/language/serverStatus";

test("Ten changes at once restart the server once, and never while it is still starting", async () => {
  const queue = new SerialQueue();
  const done: number[] = [];
  let atOnce = 0;
  let most = 0;
  const restart = (number: number) => async () => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    done.push(number);
    atOnce -= 1;
  };
  const first = queue.run(restart(0));
  await Promise.resolve();
  const later = Array.from({ length: 10 }, (_, number) => queue.run(restart(number + 1)));
  await Promise.all([first, ...later]);
  assert.equal(most, 1);
  assert.deepEqual(done, [0, 10]);
});

test("A restart that fails does not keep the next one from starting", async () => {
  const queue = new SerialQueue();
  await assert.rejects(queue.run(() => Promise.reject(new Error("no"))));
  let started = false;
  await queue.run(async () => {
    started = true;
  });
  assert.ok(started);
});

test("A server that crashes again and again is given up, one that crashes now and then is not", () => {
  let now = 0;
  const crashes = new Crashes(() => now);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => crashes.mayRestart()),
    [true, true, true, false],
  );
  crashes.forget();
  assert.ok(crashes.mayRestart());
  for (let hour = 0; hour < 10; hour += 1) {
    now += 3_600_000;
    assert.ok(crashes.mayRestart());
  }
});

test("Of a traceback the user hears the error", () => {
  const traceback = "Traceback (most recent call last):\r\n  File x\r\nKeyError: 'a'\r\n\r\n";
  assert.equal(lastWords(traceback), "KeyError: 'a'");
  assert.equal(lastWords(" \n"), undefined);
});

test("Undefined names are left to a linter that is there", () => {
  assert.ok(hasOtherLinter((id) => id === "charliermarsh.ruff"));
  assert.ok(!hasOtherLinter((id) => id === "ms-python.python"));
});

const SCRIPT: DocumentStatus = {
  ...{ uri: "file:///score.py", isEntryScript: true, kind: "online", findings: 2 },
  ...{ modelDir: "/w/model", modelDirSource: "model/ beside the script" },
  ...{ pythonVersion: "3.11.7", python: "/w/.venv/bin/python" },
};

test("The status names the interpreter, the model folder and where that comes from", () => {
  const { text, detail, severity } = statusView("1.2.3", { kind: "running" }, SCRIPT);
  assert.equal(text, "Azure ML 1.2.3");
  assert.equal(severity, "information");
  assert.match(detail, /Python 3\.11\.7/);
  assert.match(detail, /2 findings/);
  assert.match(detail, /\/w\/model \(model\/ beside the script\)/);
});

test("The status of another Python file does not speak of models", () => {
  const other = { ...SCRIPT, isEntryScript: false, kind: null, modelDir: null };
  assert.match(statusView("1", { kind: "running" }, other).detail, /not an entry script$/);
});

test("A server that does not run is an error with something to do about it", () => {
  const failed = statusView("1", { kind: "failed", reason: "KeyError" }, undefined);
  assert.deepEqual(
    [failed.severity, failed.action, failed.detail],
    ["error", "restart", "KeyError"],
  );
  const none = statusView("1", { kind: "noInterpreter", reason: "no Python" }, undefined);
  assert.deepEqual([none.severity, none.action], ["error", "selectInterpreter"]);
  assert.equal(statusView("1", { kind: "untrusted" }, undefined).action, "manageTrust");
  assert.ok(statusView("1", { kind: "starting" }, undefined).isBusy);
});
