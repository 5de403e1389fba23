import assert from "node:assert/strict";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import type { AttachAttributes } from "../../extension/debugging/attachAttributes";
import {
  checkAttachAttributes,
  checkLaunchAttributes,
} from "../../extension/debugging/checkAttributes";
import type { LaunchAttributes } from "../../extension/debugging/launchAttributes";
import { placesIn } from "../../extension/debugging/places";

const ROOT = path.resolve("/w");
const FILES = ["score.py", "prod.env", "bin/python"].map((name) => path.join(ROOT, name));
const FOLDERS = ["model", "src"].map((name) => path.join(ROOT, name));
const places = placesIn(ROOT, (file) => {
  if (FILES.includes(file)) {
    return "file";
  }
  return FOLDERS.includes(file) ? "folder" : undefined;
});

const launchMessage = (attributes: object) =>
  checkLaunchAttributes(attributes as LaunchAttributes, places)?.message;
const attachMessage = (attributes: object) =>
  checkAttachAttributes(attributes as AttachAttributes, places)?.message;

test("a launch that is right is not complained about", () => {
  const right: object[] = [
    {},
    {
      ...{ entryScript: "score.py", modelDir: "model", port: 5001, host: "0.0.0.0" },
      ...{
        workerCount: 2,
        args: ["--server", "waitress", "--reload"],
        env: { A: "" },
        envFile: "prod.env",
      },
      ...{ python: "bin/python", cwd: "src", console: "integratedTerminal", justMyCode: false },
      ...{ stopOnEntry: true, reload: true },
    },
    // A variable leaves a text.
    { port: "5001", workerCount: "2" },
    // A name is looked up on the PATH.
    { python: "python3.12" },
    { entryScript: path.join(ROOT, "score.py"), modelDir: undefined },
  ];
  for (const attributes of right) {
    assert.equal(launchMessage(attributes), undefined);
  }
});

test("what VS Code, other extensions and users of debugpy write is tolerated", () => {
  const attributes = {
    ...{ type: "azmlinfsrv", request: "launch", name: "a", preLaunchTask: "train" },
    ...{ postDebugTask: "b", presentation: { group: "c" }, internalConsoleOptions: "neverOpen" },
    ...{ serverReadyAction: {}, suppressMultipleSessionWarning: true, noDebug: true },
    ...{ linux: {}, __sessionId: "1", __configurationTarget: 6 },
    ...{ subProcess: true, redirectOutput: true, showReturnValue: true, gevent: false },
  };
  assert.equal(launchMessage(attributes), undefined);
});

test("a wrong name is told with the one that is meant", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["entry_script", "entryScript"],
    ["EntryScript", "entryScript"],
    ["entryScrpit", "entryScript"],
    ["worker-count", "workerCount"],
    ["model_dir", "modelDir"],
    ["ports", "port"],
    ["program", "entryScript"],
    ["pythonPath", "python"],
  ];
  for (const [written, meant] of cases) {
    assert.equal(
      launchMessage({ [written]: "x" }),
      `${written} in launch.json is not an attribute; did you mean ${meant}?`,
    );
  }
  assert.match(
    launchMessage({ colour: "x" }) ?? "",
    /^colour in launch\.json is not an attribute\. There are: entryScript, modelDir, .*, reload, input, output, miniBatchSize\.$/,
  );
  for (const name of ["constructor", "toString", "hasOwnProperty"]) {
    assert.match(launchMessage({ [name]: 1 }) ?? "", /is not an attribute/);
  }
});

test("an attribute of the other request is told so", () => {
  assert.match(
    launchMessage({ connect: { port: 5678 } }) ?? "",
    /^connect in launch\.json belongs to "request": "attach"/,
  );
  assert.match(
    attachMessage({ listen: { port: 5678 }, workerCount: 2 }) ?? "",
    /^workerCount in launch\.json belongs to "request": "launch"/,
  );
  // As debugpy was told of old.
  assert.match(
    attachMessage({ host: "127.0.0.1", port: 5678 }) ?? "",
    /^host in .* did you mean connect\? port in .* did you mean connect\?/,
  );
});

test("a wrong value is told with what is allowed", () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ["port", 0, /^port in launch\.json cannot be 0\. Allowed: a whole number from 1 to 65535\.$/],
    ["port", "fast", /cannot be "fast"/],
    ["port", 5001.5, /a whole number/],
    ["workerCount", 0, /from 1 to 64/],
    ["entryScript", 5, /Allowed: a text/],
    ["console", "terminal", /internalConsole, integratedTerminal, externalTerminal/],
    ["args", "--docs", /a list of texts/],
    ["env", { A: 1 }, /an object whose values are texts/],
    ["justMyCode", "yes", /true or false/],
    ["stopOnEntry", 1, /true or false/],
    ["reload", null, /true or false/],
  ];
  for (const [name, value, message] of cases) {
    assert.match(launchMessage({ [name]: value }) ?? "", message);
  }
});

test("a path that leads nowhere is told with where it was looked for", () => {
  for (const name of ["entryScript", "modelDir", "envFile", "cwd"]) {
    assert.equal(
      launchMessage({ [name]: "gone" }),
      `${name} in launch.json: ${path.join(ROOT, "gone")} does not exist.`,
    );
  }
  assert.match(launchMessage({ python: ".venv/bin/python" }) ?? "", /python .* does not exist/);
  assert.ok(launchMessage({ python: "~/env/python" })?.includes(os.homedir()));
  assert.match(launchMessage({ entryScript: "src" }) ?? "", /is a folder, not a file\.$/);
  assert.match(launchMessage({ modelDir: "score.py" }) ?? "", /is a file, not a folder\.$/);
  // What a variable that is not set leaves.
  assert.equal(launchMessage({ modelDir: "" }), "modelDir in launch.json is empty.");
});

test("a model folder that a task is still to make is not missed", () => {
  assert.equal(launchMessage({ modelDir: "trained", preLaunchTask: "train" }), undefined);
});

test("args that repeat an attribute are refused: the editor would believe in the other", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["--port", "port"],
    ["--entry-script=other.py", "entryScript"],
    ["--host", "host"],
    ["--worker_count", "workerCount"],
    ["--model_dir=m", "modelDir"],
  ];
  for (const [argument, attribute] of cases) {
    const [option] = argument.split("=");
    assert.equal(
      launchMessage({ args: [argument] }),
      `args in launch.json cannot have ${option}: the attribute ${attribute} sets it.`,
    );
  }
});

test("all mistakes are told at once", () => {
  assert.match(launchMessage({ port: 0, hosts: "x" }) ?? "", /^port .*\. hosts .*\?$/);
});

test("an attach that is right is not complained about", () => {
  const right: object[] = [
    { processId: 4711 },
    { processId: "4711" },
    { connect: { port: 5678 } },
    {
      connect: { host: "localhost", port: "5678" },
      pathMappings: [{ localRoot: "src", remoteRoot: "/var/azureml-app" }],
      justMyCode: false,
    },
    { listen: { port: 5678 }, pathMappings: [] },
  ];
  for (const attributes of right) {
    assert.equal(attachMessage(attributes), undefined);
  }
});

test("an attach says what to attach to, once", () => {
  assert.match(
    attachMessage({}) ?? "",
    /does not say what to attach to: processId .* connect .* listen/,
  );
  assert.equal(
    attachMessage({ processId: 1, connect: { port: 5678 } }),
    "processId, connect in launch.json exclude each other: keep one.",
  );
});

test("a mistake inside an attribute is told with its place", () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [
      { connect: 5678 },
      /^connect in launch\.json cannot be 5678\. Allowed: an object with host, port/,
    ],
    [{ connect: { host: "a" } }, /^connect in launch\.json has no port/],
    [{ connect: { port: 0 } }, /^connect\.port in launch\.json cannot be 0/],
    [{ connect: { port: 1, hots: "a" } }, /only host, port, not hots/],
    [{ processId: -1 }, /from 1\.$/],
    [
      { listen: { port: 1 }, pathMappings: [{ localRoot: "gone", remoteRoot: "/" }] },
      /^pathMappings\[0\]\.localRoot in launch\.json: .*gone does not exist/,
    ],
    [{ listen: { port: 1 }, pathMappings: [{ localRoot: "src" }] }, /\[0\] .* has no remoteRoot/],
    [{ listen: { port: 1 }, pathMappings: {} }, /Allowed: a list/],
  ];
  for (const [attributes, message] of cases) {
    assert.match(attachMessage(attributes) ?? "", message);
  }
});
