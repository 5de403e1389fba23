import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import { type ProfileRequest, progressIn, runProfile } from "../../extension/profiling/profileRun";
import { samplesOf } from "../../extension/profiling/samples";
import { BUNDLE, EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { temporaryFolder } from "./temporary";

const POSIX = process.platform !== "win32";
/** Holds numpy and scikit-learn, and nothing of ours. */
const USER_PYTHON = pythonOf(path.join(EXAMPLE, ".venv"));
const ECHO = "def init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n";

function requestFor(t: TestContext, script: string, ...options: string[]): ProfileRequest {
  const cwd = temporaryFolder(t);
  fs.writeFileSync(path.join(cwd, "score.py"), script);
  fs.writeFileSync(path.join(cwd, "sample-request.json"), '{"data": [1]}');
  return {
    executable: USER_PYTHON,
    bootstrap: path.join(BUNDLE, "bootstrap.py"),
    script: path.join(cwd, "score.py"),
    modelDir: undefined,
    samples: [path.join(cwd, "sample-request.json")],
    cwd,
    env: process.env,
    options: ["--concurrency", "1", ...options],
  };
}

test("the samples of a script are found, and what is no body of a request is not sent", async (t) => {
  const root = temporaryFolder(t);
  const folder = path.join(root, "code");
  fs.mkdirSync(path.join(folder, "requests"), { recursive: true });
  const script = path.join(folder, "score.py");
  assert.deepEqual(await samplesOf(script, root), []);
  const names = ["requests/b.json", "requests/a.png", "requests/all.http", "requests/.hidden"];
  for (const name of [...names, "sample-request.json", "../sample-request.json"]) {
    fs.writeFileSync(path.join(folder, name), "{}");
  }
  fs.mkdirSync(path.join(folder, "requests", "c.json"));
  const expected = ["sample-request.json", "requests/a.png", "requests/b.json"];
  assert.deepEqual(await samplesOf(script, root), [
    ...expected.map((name) => path.join(folder, name)),
    path.join(root, "sample-request.json"),
  ]);
});

test("a line of the command is a step only if it says so", () => {
  assert.deepEqual(progressIn('{"percent": 40, "message": "2 connections"}'), {
    percent: 40,
    message: "2 connections",
  });
  for (const line of ["", "azmlinfsrv profile: no", "{broken", '{"percent": "40"}']) {
    assert.equal(progressIn(line), undefined);
  }
});

test("a script is profiled by the bundle in an interpreter that has nothing of ours", async (t) => {
  const request = requestFor(t, ECHO, "--duration", "300ms");
  const steps: string[] = [];
  const tell = (percent: number, message: string) => steps.push(`${percent} ${message}`);
  const outcome = await runProfile(request, tell, new AbortController().signal);
  assert.equal(outcome.kind, "measured");
  assert.equal(outcome.result.state, "Succeeded");
  assert.ok(outcome.result.totalQueries > 10);
  assert.match(outcome.html, /Profile of score\.py/);
  assert.doesNotMatch(outcome.html, /<script/);
  assert.ok(steps.some((step) => step.endsWith("1 connection")));
});

test("what stops a profile is told in the command's words", async (t) => {
  const request = requestFor(t, ECHO);
  const gone = { ...request, script: path.join(request.cwd, "gone.py") };
  const outcome = await runProfile(gone, () => undefined, new AbortController().signal);
  assert.equal(outcome.kind, "failed");
  assert.match(outcome.reason, /^.*gone\.py does not exist\.$/);
  const missing = { ...request, executable: path.join(request.cwd, "no-python") };
  const unstarted = await runProfile(missing, () => undefined, new AbortController().signal);
  assert.equal(unstarted.kind, "failed");
  assert.match(unstarted.reason, /no-python does not work/);
});

test("a script that refuses the sample is reported with the cause", async (t) => {
  const script = ECHO.replace("return raw_data", "raise ValueError('no such column')");
  const outcome = await runProfile(
    requestFor(t, script),
    () => undefined,
    new AbortController().signal,
  );
  assert.equal(outcome.kind, "measured");
  assert.match(outcome.result.error?.message ?? "", /ValueError: no such column/);
});

test("a profile that is cancelled tells what it has measured and ends at once", {
  skip: !POSIX && "Windows has no signals",
}, async (t) => {
  const controller = new AbortController();
  const tell = (percent: number) => percent >= 1 && controller.abort();
  const request = requestFor(t, ECHO, "--duration", "40s");
  const outcome = await runProfile(request, tell, controller.signal);
  // Until one per cent of the whole is done nothing but the warm-up is.
  const state = outcome.kind === "measured" ? outcome.result.state : outcome.kind;
  assert.ok(state === "cancelled" || state === "Canceled", state);
});
