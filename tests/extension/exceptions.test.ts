import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import type { LaunchAttributes } from "../../extension/debugging/launchAttributes";
import { freePort } from "../../extension/tasks/workbench";
import { post } from "../vscode/server";
import { lineOf } from "../vscode/workspace";
import { DebugSessions } from "./debugSessions";
import { temporaryFolder } from "./temporary";

/** run() calls the function that the request names. */
const SCRIPT = `import contextlib
import json
import sys
import time
import helper
from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


def raises():
    raise RuntimeError("raised here")


def helper_raises():
    return helper.fail()


def library_raises():
    return json.loads("{")


def exits():
    sys.exit(3)


def chunks():
    yield b"a"
    raise OSError("broken here")


def stream_breaks():
    return AMLResponse(chunks(), 200)


def handles():
    try:
        int("x")
    except ValueError:
        return "handled"


def suppresses():
    with contextlib.suppress(ValueError):
        int("x")
    return "handled"


def handles_what_came_through_a_library():
    try:
        helper.through_a_library(lambda: int("x"))
    except ValueError:
        return "handled"


def returns_what_json_does_not_know():
    return object()


def takes_long():
    print("taking long", flush=True)
    time.sleep(60)


def run(data):
    return globals()[data]()
`;
const HELPER = `import contextlib


def fail():
    raise LookupError("in a helper")


def through_a_library(function):
    with contextlib.ExitStack() as stack:
        stack.callback(function)
`;

const HANDLED = ["handles", "suppresses", "handles_what_came_through_a_library"] as const;

/** What is answered, without what differs from request to request. */
async function answerTo(url: string, data: string): Promise<object> {
  const { status, text } = await post(url, data).catch(() => ({ status: 0, text: "cut off" }));
  return { status, text: text.replace(/"request_id": "[^"]*"/, "") };
}

async function serve(
  t: TestContext,
  use: (sessions: DebugSessions, url: string) => Promise<void>,
  options: LaunchAttributes & { without?: readonly string[] } = {},
): Promise<void> {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "helper.py"), HELPER);
  const port = await freePort();
  const whenReady = async (sessions: DebugSessions): Promise<void> => {
    await sessions.printed(/ready for serving traffic/);
    await use(sessions, `http://127.0.0.1:${port}/score`);
  };
  await DebugSessions.run(folder, SCRIPT, whenReady, { port, ...options });
}

test("what run() raises stops at the line that raised it, and is answered as without a stop", async (t) => {
  const stops = [
    { data: "raises", text: "RuntimeError", file: "score.py", line: lineOf(SCRIPT, "raise Runt") },
    { data: "helper_raises", text: "LookupError", file: "helper.py", line: 5 },
    ...[{ data: "library_raises", text: "JSONDecodeError", file: "score.py" }].map((each) => ({
      ...each,
      line: lineOf(SCRIPT, 'json.loads("{")'),
    })),
    { data: "exits", text: "SystemExit", file: "score.py", line: lineOf(SCRIPT, "sys.exit(3)") },
    { data: "stream_breaks", text: "OSError", file: "score.py", line: lineOf(SCRIPT, "raise OSE") },
  ];
  const stopped: object[] = [];
  await serve(t, async (sessions, url) => {
    for (const { data, text, file, line } of stops) {
      const answer = answerTo(url, data);
      const stop = await sessions.stopped();
      assert.equal(stop.reason, "exception");
      const [top] = stop.frames;
      assert.deepEqual([stop.text, top?.file, top?.line], [text, file, line]);
      await stop.continue();
      stopped.push(await answer);
    }
  });
  await serve(
    t,
    async (sessions, url) => {
      const answers: object[] = [];
      for (const { data } of stops) {
        answers.push(await answerTo(url, data));
      }
      const folders = /\/[^"]*\/azmlinfsrv t[^/]*\//g;
      const withoutFolder = (each: object) => JSON.stringify(each).replace(folders, "");
      assert.deepEqual(answers.map(withoutFolder), stopped.map(withoutFolder));
      assert.deepEqual(sessions.unexpected, [], "a box that was unticked stops nothing");
    },
    { without: ["userUnhandled"] },
  );
});

test("what the script handles, what the server refuses and a Ctrl+C do not stop", async (t) => {
  await serve(t, async (sessions, url) => {
    for (const data of HANDLED) {
      assert.deepEqual(await answerTo(url, data), { status: 200, text: '"handled"' });
    }
    const refused = await answerTo(url, "returns_what_json_does_not_know");
    assert.equal((refused as { status: number }).status, 500);

    const answer = answerTo(url, "takes_long");
    await sessions.printed(/taking long/);
    // As a terminal does, to every process of the server.
    process.kill(sessions.workers[0]?.pid ?? 0, "SIGINT");
    await answer;
    await sessions.printed(/ready for serving traffic[\s\S]*ready for serving traffic/);
    assert.deepEqual(sessions.unexpected, []);
  });
});

test("run without debugging, an exception is answered at once", async (t) => {
  const use = async (sessions: DebugSessions, url: string) => {
    assert.equal(((await answerTo(url, "raises")) as { status: number }).status, 500);
    assert.deepEqual(sessions.unexpected, []);
  };
  await serve(t, use, { noDebug: true });
});

const FAILING_STARTS = {
  "in init()": "def init():\n    raise ValueError('here')\n\n\ndef run(data):\n    pass\n",
  "while the script is imported": "\nfolder = int('here')\n\n\ndef init():\n    pass\n",
};

for (const [where, script] of Object.entries(FAILING_STARTS)) {
  test(`an exception ${where} stops at its line, and the server ends with the reason`, async (t) => {
    await DebugSessions.run(temporaryFolder(t), script, async (sessions) => {
      const stop = await sessions.stopped();
      assert.deepEqual(
        [stop.reason, stop.text, stop.frames[0]?.line],
        ["exception", "ValueError", 2],
      );
      await sessions.printed(/score\.py:2: .*ValueError/);
      await stop.continue();
      await sessions.ended();
      assert.deepEqual(sessions.unexpected, []);
    });
  });
}

const NO_STOP = {
  "a syntax error": "def init():\n    pass\n\n\ndef run(data:\n    pass\n",
  "a missing run()": "def init():\n    pass\n",
};

for (const [what, script] of Object.entries(NO_STOP)) {
  test(`${what} ends the start without a stop in somebody else's code`, async (t) => {
    for (const justMyCode of [true, false]) {
      const use = async (sessions: DebugSessions) => {
        await sessions.ended();
        assert.deepEqual(sessions.unexpected, []);
      };
      await DebugSessions.run(temporaryFolder(t), script, use, { justMyCode });
    }
  });
}
