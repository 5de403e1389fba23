// What the commands for deployments make of the backend's answers; none of it needs VS Code.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { runCommand } from "../../extension/common/commandRun";
import { failureOf } from "../../extension/deployment/failure";
import { type Outcome, outcomeOf, replacing } from "../../extension/deployment/outcome";
import { BUNDLE, EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { temporaryFolder } from "./temporary";

const PYTHON = pythonOf(path.join(EXAMPLE, ".venv"));
const MODEL = path.join(EXAMPLE, "model", "sklearn_regression_model.pkl");
const ended = (stdout: string, lastLine = "", code: number | null = 1) => ({
  code,
  stdout,
  lastLine,
});
const inProject = (file: string) => path.join("/project", file);
const failed = (exists: boolean): Outcome<string> => ({
  kind: "failed",
  problem: { message: "there is one", actions: [] },
  exists,
});

/** Run the backend as the commands do. */
function backend(words: readonly string[], cwd: string, abort = new AbortController().signal) {
  const line = {
    executable: PYTHON,
    words: [path.join(BUNDLE, "bootstrap.py"), ...words],
    cwd,
    env: { ...process.env, AZMLINFSRV_HOME: path.join(cwd, "home") },
  };
  return runCommand(line, () => false, abort);
}

test("a mistake in a file leads to its line, and the others are counted", () => {
  const problems = [
    { file: "deployment.yml", line: 7, message: "`nmae` is no key" },
    { file: "deployment.yml", line: null, message: "`name` is missing" },
  ];
  const one = failureOf(ended(JSON.stringify({ problems: problems.slice(1) })), inProject);
  assert.equal(one.problem.message, "`name` is missing");
  assert.deepEqual(one.problem.actions, [
    { kind: "openFile", file: "/project/deployment.yml", line: 1 },
  ]);
  const two = failureOf(ended(JSON.stringify({ problems })), inProject);
  assert.equal(two.problem.message, "`nmae` is no key (and 1 more mistakes)");
  assert.deepEqual(two.problem.actions, [
    { kind: "openFile", file: "/project/deployment.yml", line: 7 },
  ]);
});

test("an error in the script leads to its line and to the log", () => {
  const printed = { error: "NameError: x", file: "score.py", line: 3 };
  const { problem, exists } = failureOf(ended(JSON.stringify(printed)), inProject);
  assert.equal(problem.message, "NameError: x");
  assert.deepEqual(problem.actions, [
    { kind: "openFile", file: "/project/score.py", line: 3 },
    { kind: "showLog" },
  ]);
  assert.equal(exists, false);
});

test("what was printed for people is shown without the program's name", () => {
  for (const [line, message] of [
    ["azmlinfsrv deploy: error: unknown", "unknown"],
    ["azmlinfsrv models register: no room", "no room"],
    ["Traceback", "Traceback"],
  ] as const) {
    assert.equal(failureOf(ended("no JSON", line), inProject).problem.message, message);
  }
  const silent = failureOf(ended("", "", null), inProject).problem.message;
  assert.equal(silent, "The command ended with status null.");
});

test("what is there is replaced only when the user allows it", async () => {
  const asked: string[] = [];
  const attempt = async (...options: string[]) =>
    options.includes("--force") ? ({ kind: "printed", value: "new" } as const) : failed(true);
  const answer = (allowed: boolean) =>
    replacing<string>(attempt, async ({ message }) => {
      asked.push(message);
      return allowed;
    });
  assert.deepEqual(await answer(true), { kind: "printed", value: "new" });
  assert.deepEqual(await answer(false), { kind: "cancelled" });
  assert.deepEqual(asked, ["there is one", "there is one"]);
});

test("nobody is asked about another failure, or about a second one", async () => {
  const refuse = () => assert.fail("nobody is to be asked");
  assert.deepEqual(await replacing(async () => failed(false), refuse), failed(false));
  let asked = 0;
  const again = await replacing(
    async () => failed(true),
    async () => {
      asked += 1;
      return true;
    },
  );
  assert.deepEqual([again, asked], [failed(true), 1]);
});

test("the script of a model is written, and another one replaced with the backend's own words", async (t) => {
  const folder = temporaryFolder(t);
  const script = path.join(folder, "score.py");
  const eject = async (...options: string[]) => {
    const words = ["serve-model", "--model", MODEL, "--eject", script, "--json", ...options];
    return outcomeOf<{ script: string }>(await backend(words, folder), false, folder);
  };
  const first = await replacing(eject, () => assert.fail("there is nothing yet"));
  assert.equal(first.kind === "printed" && first.value.script, script);
  fs.writeFileSync(script, "mine");
  let question = "";
  const second = await replacing(eject, async ({ message }) => {
    question = message;
    assert.equal(fs.readFileSync(script, "utf8"), "mine");
    return true;
  });
  assert.equal(second.kind, "printed");
  assert.equal(question, `${script} exists already. --force overwrites it.`);
  assert.match(fs.readFileSync(script, "utf8"), /def init\(\)/);
});

test("a deployment that is called off leaves no service and is no failure", {
  skip: process.platform === "win32" && "signals of POSIX",
}, async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(
    path.join(folder, "score.py"),
    "import time\n\ndef init():\n    open('begun', 'w').close()\n    time.sleep(60)\n\ndef run(data):\n    return data\n",
  );
  fs.writeFileSync(path.join(folder, "inferenceconfig.json"), '{"entryScript": "score.py"}');
  const controller = new AbortController();
  const words = ["deploy", "--ic", "inferenceconfig.json", "-n", "slow", "--json"];
  const end = backend(words, folder, controller.signal);
  let early: unknown;
  end.then((found) => {
    early = found;
  });
  while (!fs.existsSync(path.join(folder, "begun"))) {
    assert.equal(early, undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  controller.abort();
  assert.deepEqual(outcomeOf(await end, controller.signal.aborted, folder), { kind: "cancelled" });
  const listed = await backend(["services", "list", "--json"], folder);
  assert.deepEqual(JSON.parse(listed.stdout), []);
});
