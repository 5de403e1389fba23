// One scripted session for each thing that people do in a debugger, against a real model.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { LaunchAttributes } from "../../extension/debugging/launchAttributes";
import { EXAMPLE } from "../../extension/tasks/project";
import { freePort } from "../../extension/tasks/workbench";
import { post } from "../vscode/server";
import { lineOf } from "../vscode/workspace";
import { DebugSessions, type Stopped } from "./debugSessions";
import { temporaryFolder } from "./temporary";

const SCRIPT = `import json
import os

import joblib
import numpy as np
from helper import scale


def init():
    global model
    path = os.path.join(os.environ["AZUREML_MODEL_DIR"], "sklearn_regression_model.pkl")
    model = joblib.load(path)


def run(raw_data):
    rows = json.loads(raw_data)["data"]
    total = 0
    for index, row in enumerate(rows):
        total += scale(row[0])
    prediction = model.predict(np.array(rows))
    return prediction.tolist()
`;
const HELPER = "def scale(value):\n    factor = 2\n    return value * factor\n";
const ROWS = JSON.parse(fs.readFileSync(path.join(EXAMPLE, "sample-request.json"), "utf8")).data;
const BODY = JSON.stringify({ data: [...ROWS, ...ROWS] });
const IN_LOOP = lineOf(SCRIPT, "total += scale");
const PREDICT = lineOf(SCRIPT, "prediction = model");

interface Debugged {
  readonly sessions: DebugSessions;
  /** Send the request; resolves to the answer's text. */
  score(body?: string): Promise<string>;
}

/** F5 on the script, with a model and a helper beside it. */
async function debug(
  t: TestContext,
  lines: readonly (number | DebugProtocol.SourceBreakpoint)[],
  use: (debugged: Debugged) => Promise<void>,
  attributes: LaunchAttributes = {},
  script = SCRIPT,
): Promise<void> {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "helper.py"), HELPER);
  const port = await freePort();
  const score = async (body = BODY) => (await post(`http://127.0.0.1:${port}/score`, body)).text;
  const modelDir = path.join(EXAMPLE, "model");
  const options = { lines, port, modelDir, ...attributes };
  await DebugSessions.run(folder, script, (sessions) => use({ sessions, score }), options);
}

async function evaluate(stop: Stopped, expression: string): Promise<string> {
  const frameId = stop.frames[0]?.id;
  const { result } = await stop.ask<DebugProtocol.EvaluateResponse["body"]>("evaluate", {
    ...{ expression, frameId, context: "repl" },
  });
  return result;
}

test("a conditional breakpoint stops only when its condition holds", async (t) => {
  await debug(t, [{ line: IN_LOOP, condition: "index == 3" }], async ({ sessions, score }) => {
    await sessions.printed(/ready for serving/);
    const answer = score();
    const stop = await sessions.stopped();
    assert.equal(await evaluate(stop, "index"), "3");
    await stop.continue();
    assert.equal(JSON.parse(await answer).length, ROWS.length * 2);
    assert.deepEqual(sessions.unexpected, []);
  });
});

test("a hit count stops at the hit that was asked for", async (t) => {
  await debug(t, [{ line: IN_LOOP, hitCondition: "2" }], async ({ sessions, score }) => {
    await sessions.printed(/ready for serving/);
    const answer = score();
    const stop = await sessions.stopped();
    assert.equal(await evaluate(stop, "index"), "1");
    await stop.continue();
    await answer;
    assert.deepEqual(sessions.unexpected, []);
  });
});

test("a log point writes to the console and does not stop", async (t) => {
  const line = { line: IN_LOOP, logMessage: "row {index} begins with {row[0] > 0}" };
  await debug(t, [line], async ({ sessions, score }) => {
    await sessions.printed(/ready for serving/);
    await score();
    await sessions.printed(/row 0 begins with (True|False)[\s\S]*row 3 begins with (True|False)/);
    assert.deepEqual(sessions.unexpected, []);
  });
});

test("a variable that is set in the debugger changes the answer", async (t) => {
  await debug(t, [PREDICT], async ({ sessions, score }) => {
    await sessions.printed(/ready for serving/);
    const answer = score();
    const stop = await sessions.stopped();
    const { scopes } = await stop.ask<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId: stop.frames[0]?.id,
    });
    await stop.ask("setVariable", {
      variablesReference: scopes[0]?.variablesReference,
      ...{ name: "rows", value: "rows[:1]" },
    });
    await stop.continue();
    assert.equal(JSON.parse(await answer).length, 1);
  });
});

test("the debug console evaluates with the real model, and tells what fails", async (t) => {
  await debug(t, [PREDICT], async ({ sessions, score }) => {
    await sessions.printed(/ready for serving/);
    const answer = score();
    const stop = await sessions.stopped();
    const predicted = await evaluate(stop, "model.predict(np.array(rows)).shape");
    assert.equal(predicted, `(${ROWS.length * 2},)`);
    await assert.rejects(evaluate(stop, "no_such_name"), /NameError/);
    await stop.continue();
    assert.equal(JSON.parse(await answer).length, ROWS.length * 2);
  });
});

test("step in leads to the helper module, step out back to run(), and never to our code", async (t) => {
  await debug(t, [{ line: IN_LOOP, hitCondition: "1" }], async ({ sessions, score }) => {
    await sessions.printed(/ready for serving/);
    const answer = score();
    let stop = await sessions.stopped();
    // What called run() is the server, gunicorn and the thread: not the user's code.
    assert.deepEqual(
      stop.frames.map(({ name, file }) => [name, file]),
      [["run", "score.py"]],
    );
    stop = await stop.step("stepIn");
    assert.deepEqual([stop.frames[0]?.name, stop.frames[0]?.file], ["scale", "helper.py"]);
    stop = await stop.step("stepOut");
    assert.deepEqual([stop.frames[0]?.name, stop.frames[0]?.file], ["run", "score.py"]);
    await stop.ask("stepOut", { threadId: stop.threadId });
    await answer;
    assert.deepEqual(sessions.unexpected, []);
  });
});

test("with justMyCode off step in leads into a dependency", async (t) => {
  const use = async ({ sessions, score }: Debugged) => {
    await sessions.printed(/ready for serving/);
    const answer = score();
    let stop = await sessions.stopped();
    stop = await stop.step("stepIn");
    assert.notEqual(stop.frames[0]?.file, "score.py");
    assert.ok(stop.frames.some(({ file }) => file === "score.py"));
    await stop.continue();
    await answer;
  };
  await debug(t, [PREDICT], use, { justMyCode: false });
});

test("a process that the script starts is followed, and its breakpoint stops", async (t) => {
  const child = `import subprocess
import sys


def work():
    return 6 * 7


def init():
    pass


def run(raw_data):
    return subprocess.run([sys.executable, __file__], capture_output=True, text=True).stdout


if __name__ == "__main__":
    print(work())
`;
  const inChild = lineOf(child, "return 6 * 7");
  const use = async ({ sessions, score }: Debugged) => {
    await sessions.printed(/ready for serving/);
    const answer = score();
    const stop = await sessions.stopped();
    assert.deepEqual([stop.frames[0]?.name, stop.frames[0]?.line], ["work", inChild]);
    await stop.continue();
    assert.equal(await answer, '"42\\n"');
  };
  await debug(t, [inChild], use, {}, child);
});

test("nothing of the debugger's own stands in the console", async (t) => {
  await debug(t, [], async ({ sessions, score }) => {
    await sessions.printed(/ready for serving/);
    await score();
    assert.doesNotMatch(sessions.output.join(""), /pydev|frozen|debugpy|Debugger warning/i);
  });
});
