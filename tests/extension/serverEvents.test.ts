import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { reloadFailure, startFailure } from "../../extension/debugging/failure";
import { type ServerEvent, ServerEvents } from "../../extension/debugging/serverEvents";
import { temporaryFolder } from "./temporary";

const READY = { event: "ready", url: "http://127.0.0.1:5001", pid: 1 };

test("events are delivered once, whole, and in order, however they were written", (t) => {
  const file = path.join(temporaryFolder(t), "events", "events.jsonl");
  fs.mkdirSync(path.dirname(file));
  const heard: string[] = [];
  const events = new ServerEvents(file, ({ event }) => heard.push(event));
  const line = `${JSON.stringify(READY)}\n`;
  fs.writeFileSync(file, line.slice(0, 10));
  events.read();
  assert.deepEqual(heard, []);
  fs.appendFileSync(file, line.slice(10));
  events.read();
  fs.appendFileSync(file, line.replace("ready", "listening"));
  events.read();
  events.read();
  assert.deepEqual(heard, ["ready", "listening"]);
  events.dispose();
  assert.ok(!fs.existsSync(path.dirname(file)), "the events leave nothing behind");
});

const FAILED: Extract<ServerEvent, { event: "failed" }> = {
  event: "failed",
  message: "init() failed: ValueError: no",
  is_setting: false,
  file: "/w/score.py",
  line: 7,
  missing_module: null,
  missing_distribution: null,
};

test("a failure offers to open the line it happened in", () => {
  assert.deepEqual(startFailure(FAILED, "/py").actions, [
    { kind: "openFile", file: "/w/score.py", line: 7 },
  ]);
});

test("a missing library offers the interpreter and the command that installs it there", () => {
  const missing = { ...FAILED, missing_module: "sklearn", missing_distribution: "scikit-learn" };
  const { message, actions } = startFailure(missing, "/my env/python");
  assert.match(message, /\/my env\/python does not have it/);
  assert.deepEqual(
    actions.map(({ kind }) => kind),
    ["selectInterpreter", "copy", "openFile"],
  );
  const copy = actions.find((action) => action.kind === "copy");
  assert.equal(copy?.text, '"/my env/python" -m pip install scikit-learn');
});

test("a failure without a place still has a button", () => {
  const { actions } = startFailure({ ...FAILED, file: null, line: null }, "/py");
  assert.deepEqual(actions, [{ kind: "showDebugConsole" }]);
});

test("a reload that failed says that the server goes on, and offers the line", () => {
  const { message, actions } = reloadFailure(FAILED, "/py");
  assert.match(message, /code from before goes on\. init\(\) failed: ValueError: no$/);
  assert.deepEqual(actions, [{ kind: "openFile", file: "/w/score.py", line: 7 }]);
});
