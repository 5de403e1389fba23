import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { EVENTS_VARIABLE } from "../../extension/debugging/debugpyConfiguration";
import {
  LAUNCH_ATTRIBUTES,
  type LaunchAttributes,
} from "../../extension/debugging/launchAttributes";
import {
  type LaunchContext,
  type PythonServices,
  resolveLaunch,
  type ScriptFacts,
} from "../../extension/debugging/resolveLaunch";
import { temporaryFolder } from "./temporary";

/** What debugpy documents for a launch; anything else would be an attribute of ours. */
const DEBUGPY_ATTRIBUTES = new Set([
  ...["type", "request", "name", "program", "args", "python", "cwd", "env", "console"],
  ...["justMyCode", "rules", "subProcess", "redirectOutput", "noDebug"],
  // VS Code's own.
  "internalConsoleOptions",
]);

const ALL_ATTRIBUTES: LaunchAttributes = {
  entryScript: "score.py",
  modelDir: "model",
  port: 5005,
  host: "127.0.0.2",
  workerCount: 2,
  args: ["--server", "waitress"],
  env: { A: "1" },
  python: "python",
  cwd: "sub",
  console: "integratedTerminal",
  justMyCode: false,
};

/** Python services that know these scripts, told by their names. */
function services(...known: string[]): PythonServices {
  return {
    bundle: "/bundle",
    bootstrap: "/bundle/bootstrap.py",
    interpreter: async (attribute) => ({
      executable: attribute ?? "/env/bin/python",
      activation: { CONDA_PREFIX: "/env", B: "from conda" },
    }),
    findScripts: async (_executable, query) => {
      const facts = (file: string): ScriptFacts => ({
        path: file,
        isEntryScript: known.includes(path.basename(file)),
        modelDir: query.modelDir,
      });
      return query.path.endsWith(".py")
        ? [facts(query.path)]
        : known.map((name) => facts(path.join(query.path, name)));
    },
  };
}

async function launch(
  attributes: LaunchAttributes,
  context: Partial<LaunchContext>,
  ...known: string[]
) {
  const complete = {
    folder: "/w",
    activeFile: undefined,
    choose: async () => undefined,
    ...context,
  };
  const resolution = await resolveLaunch(attributes, complete, services(...known));
  if (resolution.kind === "launch") {
    const events = resolution.configuration.env[EVENTS_VARIABLE] ?? "";
    assert.ok(!fs.existsSync(path.dirname(events)), "a launch that is called off leaves nothing");
  }
  return resolution;
}

async function configuration(...words: Parameters<typeof launch>) {
  const resolution = await launch(...words);
  assert.equal(resolution.kind, "launch");
  return resolution.configuration;
}

test("no attribute of ours reaches debugpy: a leaked port hangs the worker without a word", async () => {
  const resolved = await configuration(ALL_ATTRIBUTES, {}, "score.py");
  const foreign = Object.keys(resolved).filter((name) => !DEBUGPY_ATTRIBUTES.has(name));
  assert.deepEqual(foreign, []);
});

test("every attribute becomes an option of the server or of debugpy", async () => {
  const resolved = await configuration(ALL_ATTRIBUTES, {}, "score.py");
  assert.deepEqual(resolved.args, [
    ...["--entry_script", path.resolve("/w/score.py"), "--model_dir", "model"],
    ...["--host", "127.0.0.2", "--port", "5005", "--worker_count", "2"],
    ...["--show_errors", "--server", "waitress"],
  ]);
  assert.equal(resolved.cwd, path.resolve("/w/sub"));
  assert.deepEqual(resolved.python, ["python"]);
  assert.equal(resolved.console, "integratedTerminal");
  assert.equal(resolved.justMyCode, false);
  assert.equal(resolved.env["A"], "1");
});

test("a bare F5 serves on loopback only, on a port that is free", async () => {
  const resolved = await configuration({}, { activeFile: "/w/score.py" }, "score.py");
  const options = resolved.args.join(" ");
  assert.match(options, /--host 127\.0\.0\.1 --port auto --worker_count 1 --show_errors$/);
  assert.equal(resolved.console, "internalConsole");
  assert.deepEqual(resolved.rules, [{ path: "/bundle/**", include: false }]);
});

test("the active entry script is meant; else the only one; else the user is asked", async () => {
  const script = async (context: Partial<LaunchContext>, ...known: string[]) =>
    path.basename((await configuration({}, context, ...known)).args[1] ?? "");
  assert.equal(await script({ activeFile: "/w/b.py" }, "a.py", "b.py"), "b.py");
  assert.equal(await script({ activeFile: "/w/train.py" }, "a.py"), "a.py");
  assert.equal(await script({ activeFile: "/w/readme.md" }, "a.py"), "a.py");
  const choose: LaunchContext["choose"] = async (scripts) => scripts[1];
  assert.equal(await script({ choose }, "a.py", "b.py"), "b.py");
  assert.equal((await launch({}, {}, "a.py", "b.py")).kind, "cancelled");
});

test("a folder without an entry script says what one is", async () => {
  const resolution = await launch({}, { activeFile: "/w/train.py" });
  assert.equal(resolution.kind, "problem");
  assert.match(resolution.problem.message, /no Python file there defines init\(\) and run\(\)/);
});

test("variables come from conda, then .env, then env – the last one wins", async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, ".env"), "A='from file'\nB=from file\n");
  const context = { folder, activeFile: path.join(folder, "score.py") };
  const resolved = await configuration({ env: { A: "from env" } }, context, "score.py");
  assert.equal(resolved.env["A"], "from env");
  assert.equal(resolved.env["B"], "from file");
  assert.equal(resolved.env["CONDA_PREFIX"], "/env");
});

test("an envFile that was asked for and is not there is told", async (t) => {
  const resolution = await launch({ envFile: "no.env" }, { folder: temporaryFolder(t) }, "a.py");
  assert.equal(resolution.kind, "problem");
  assert.match(resolution.problem.message, /no\.env cannot be read/);
});

test("a wrong attribute is told by its name, its value and what is allowed", async () => {
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ["port", 0, /^port in launch\.json cannot be 0\. Allowed: a whole number from 1 to 65535\.$/],
    ["port", "5001", /cannot be "5001"/],
    ["entryScript", 5, /Allowed: a text/],
    ["console", "terminal", /internalConsole, integratedTerminal, externalTerminal/],
    ["args", "--reload", /a list of texts/],
    ["env", { A: 1 }, /an object whose values are texts/],
    ["justMyCode", "yes", /true or false/],
  ];
  for (const [name, value, message] of cases) {
    const resolution = await launch({ [name]: value } as LaunchAttributes, {}, "score.py");
    assert.equal(resolution.kind, "problem");
    assert.match(resolution.problem.message, message);
  }
});

test("the manifest declares exactly the attributes that are understood", () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, "../../package.json"), "utf8"));
  const { properties } = manifest.contributes.debuggers[0].configurationAttributes.launch;
  assert.deepEqual(Object.keys(properties).sort(), [...LAUNCH_ATTRIBUTES].sort());
  for (const [name, { description }] of Object.entries<{ description?: string }>(properties)) {
    assert.ok(description, `${name} has no description`);
  }
});
