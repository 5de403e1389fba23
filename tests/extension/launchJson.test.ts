import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import * as jsonc from "jsonc-parser";
import { type Addition, addEntries } from "../../extension/debugging/launchJson/addEntries";
import { choicesFor } from "../../extension/debugging/launchJson/choices";
import { attachEntry, type Entry, launchEntry } from "../../extension/debugging/launchJson/entries";

const W = path.resolve("/w");
const LAUNCH = launchEntry({ entryScript: path.join(W, "score.py") }, W);
const ATTACH = attachEntry();

function added(text: string, ...entries: Entry[]): { text: string; names: readonly string[] } {
  const addition: Addition = addEntries(text, entries);
  assert.equal(addition.kind, "added");
  const changed = jsonc.applyEdits(text, [addition.edit]);
  const place = changed.slice(addition.offset).replace(/\s+/g, " ");
  assert.ok(place.startsWith(`{ "name": "${addition.names[0]}"`), place);
  return { text: changed, names: addition.names };
}

const configurationsIn = (text: string): Entry[] => jsonc.parse(text).configurations;

test("a launch.json that is not there yet is made, as VS Code reads it", () => {
  for (const empty of ["", "\n  \n"]) {
    const { text } = added(empty, LAUNCH, ATTACH);
    assert.deepEqual(JSON.parse(text), { version: "0.2.0", configurations: [LAUNCH, ATTACH] });
  }
});

test("comments, formatting, line ends and trailing commas of the user's stay", () => {
  const text = [
    "{",
    "\t// mine",
    '\t"version": "0.2.0",',
    '\t"configurations": [',
    "\t\t{",
    '\t\t\t"type": "node", "request": "launch", // on one line',
    '\t\t\t"name": "web",',
    "\t\t}, // the web server",
    "\t], /* end */",
    '\t"compounds": [],',
    "}",
    "",
  ].join("\r\n");
  const changed = added(text, LAUNCH, ATTACH).text;
  assert.deepEqual(
    configurationsIn(changed).map(({ name }) => name),
    [LAUNCH.name, ATTACH.name, "web"],
  );
  const [head = "", tail = ""] = text.split("[\r\n\t\t{\r\n");
  assert.ok(changed.startsWith(`${head}[\r\n\t\t{\r\n`));
  assert.ok(changed.endsWith(tail));
  assert.match(changed, /\r\n\t\t\t"request": "launch",\r\n/);
  assert.doesNotMatch(changed, /[^\r]\n/);
});

test("what stands there already is not added a second time, whatever its name", () => {
  const { text } = added("{}", LAUNCH, ATTACH);
  const again = addEntries(text, [LAUNCH, ATTACH]);
  assert.equal(again.kind, "present");
  assert.match(text.slice(again.offset), /^\{\s+"name": "Azure ML: score\.py"/);

  const renamed = text.replace(LAUNCH.name, "My own name");
  assert.equal(addEntries(renamed, [LAUNCH]).kind, "present");
  assert.deepEqual(added("", LAUNCH, LAUNCH).names, [LAUNCH.name]);
});

test("a name that is taken by something else gets a number", () => {
  const other = { ...LAUNCH, port: 5005 };
  const { text, names } = added(added("", other).text, LAUNCH);
  assert.deepEqual(names, ["Azure ML: score.py (2)"]);
  assert.deepEqual(added(text, { ...LAUNCH, port: 5006 }).names, ["Azure ML: score.py (3)"]);
});

test("launch.json with no configurations gets them", () => {
  const { text } = added('{\n    // mine\n    "version": "0.2.0"\n}\n', LAUNCH);
  assert.match(text, /\/\/ mine/);
  assert.match(text, /^ {12}"name"/m);
  assert.deepEqual(configurationsIn(text), [LAUNCH]);
  assert.deepEqual(configurationsIn(added('{"configurations":[]}', LAUNCH).text), [LAUNCH]);
  const odd = '{"configurations": [null, 5, {"name": 1}]}';
  assert.deepEqual(configurationsIn(added(odd, LAUNCH).text), [LAUNCH, null, 5, { name: 1 }]);
});

test("a launch.json that cannot be read is left alone, and the place is told", () => {
  const half = '{\n  "version": "0.2.0",\n  "configurations": [\n    {"name": }\n  ]\n}\n';
  const addition = addEntries(half, [LAUNCH]);
  assert.equal(addition.kind, "unusable");
  assert.equal(half.slice(0, addition.offset).split("\n").length, 4);
  assert.equal(addEntries("[]", [LAUNCH]).kind, "unusable");
  assert.equal(addEntries('{"configurations": {}}', [LAUNCH]).kind, "unusable");
});

const DEPLOYED = {
  file: path.join(W, "ml", "deployment.yml"),
  entryScript: path.join(W, "src", "score é.py"),
  modelDir: path.join(W, "my model"),
  env: { LEVEL: "debug", RATE: "1.10" },
};

test("an entry says what a deployment file says: script, model, variables", () => {
  assert.deepEqual(launchEntry(DEPLOYED, W), {
    name: "Azure ML: src/score é.py as in ml/deployment.yml",
    type: "azmlinfsrv",
    request: "launch",
    entryScript: "${workspaceFolder}/src/score é.py",
    modelDir: "${workspaceFolder}/my model",
    env: { LEVEL: "debug", RATE: "1.10" },
  });
});

test("the command offers each script, each deployment and attaching, and the only script at once", () => {
  const folder = { path: W, scripts: [path.join(W, "score.py")], deployments: [] };
  const shown = (...folders: Parameters<typeof choicesFor>[0]) =>
    choicesFor(folders).map(({ label, picked }) => `${picked ? "*" : " "}${label}`);
  const attach = "*Attach to a running server";
  assert.deepEqual(shown(folder), ["*Debug score.py", attach]);
  const deployments = [{ ...DEPLOYED, entryScript: path.join(W, "score.py") }];
  const fromDeployment = "From ml/deployment.yml: score.py";
  assert.deepEqual(shown({ ...folder, deployments }), [
    " Debug score.py",
    `*${fromDeployment}`,
    attach,
  ]);
  assert.deepEqual(shown({ ...folder, deployments: [...deployments, DEPLOYED] }), [
    " Debug score.py",
    ` ${fromDeployment}`,
    " From ml/deployment.yml: src/score é.py",
    attach,
  ]);
  const [, fromFile] = choicesFor([{ ...folder, deployments: [DEPLOYED] }]);
  assert.equal(fromFile?.description, "model my model, 2 environment variables");

  const other = path.resolve("/other");
  const both = choicesFor([{ path: other, scripts: [], deployments: [] }, folder]);
  assert.deepEqual(
    both.map((choice) => choice.folder),
    [W, W],
  );
  assert.deepEqual(shown({ path: other, scripts: [], deployments: [] }), [attach]);
});

test("colleagues without this extension get the same for debugpy", () => {
  const [script, attach] = choicesFor([{ path: W, scripts: [], deployments: [DEPLOYED] }]);
  assert.deepEqual(script?.debugpyEntry, {
    name: "Azure ML (debugpy): src/score é.py as in ml/deployment.yml",
    type: "debugpy",
    request: "launch",
    module: "azmlinfsrv",
    args: [
      ...["--entry_script", "${workspaceFolder}/src/score é.py"],
      ...["--model_dir", "${workspaceFolder}/my model", "--host", "127.0.0.1"],
    ],
    env: { LEVEL: "debug", RATE: "1.10" },
  });
  assert.deepEqual(attach?.debugpyEntry, {
    name: "Azure ML (debugpy): Attach to a Process",
    type: "debugpy",
    request: "attach",
    processId: "${command:pickProcess}",
    justMyCode: true,
  });
});
