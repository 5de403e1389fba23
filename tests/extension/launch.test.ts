import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import type { ScriptFacts } from "../../extension/common/interpreter";
import { EVENTS_VARIABLE, STOP_VARIABLE } from "../../extension/debugging/debugpyConfiguration";
import type { LAUNCH, LaunchAttributes } from "../../extension/debugging/launchAttributes";
import { launchFolder } from "../../extension/debugging/places";
import {
  type LaunchContext,
  type PythonServices,
  resolveLaunch,
} from "../../extension/debugging/resolveLaunch";
import { temporaryFolder } from "./temporary";

/** What debugpy documents for a launch; anything else would be an attribute of ours. */
const DEBUGPY_ATTRIBUTES = new Set([
  ...["type", "request", "name", "program", "args", "python", "cwd", "env", "console"],
  ...["justMyCode", "rules", "subProcess", "redirectOutput", "noDebug"],
  // VS Code's own.
  "internalConsoleOptions",
]);

const ALL_ATTRIBUTES = {
  entryScript: "score.py",
  modelDir: "model",
  port: 5005,
  host: "127.0.0.2",
  workerCount: 2,
  args: ["--server", "waitress"],
  env: { A: "1" },
  envFile: "/dev/null",
  python: "python",
  cwd: "sub",
  console: "integratedTerminal",
  justMyCode: false,
  stopOnEntry: true,
  reload: true,
} satisfies Required<
  Pick<LaunchAttributes, Exclude<keyof typeof LAUNCH, "input" | "output" | "miniBatchSize">>
>;

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
        isBatch: path.basename(file).startsWith("batch"),
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
    lookUp: (file: string) => (/\.\w+$|null$/.test(file) ? ("file" as const) : ("folder" as const)),
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
    ...["--show_errors", "--docs", "--reload", "--server", "waitress"],
  ]);
  assert.equal(resolved.cwd, path.resolve("/w/sub"));
  assert.deepEqual(resolved.python, ["python"]);
  assert.equal(resolved.console, "integratedTerminal");
  assert.equal(resolved.justMyCode, false);
  assert.equal(resolved.env["A"], "1");
  assert.equal(resolved.env[STOP_VARIABLE], "1");
});

test("F5 on a batch script asks for a folder and scores it, without a server", async () => {
  const batch = { activeFile: "/w/batch_score.py", chooseInput: async () => "/data" };
  const { args } = await configuration({}, batch, "batch_score.py");
  const output = args[args.indexOf("--output") + 1] ?? "";
  assert.deepEqual(args, [
    ...["batch", "--entry_script", "/w/batch_score.py", "--input", "/data", "--output", output],
    ...["--debug", "--force"],
  ]);
  assert.equal(path.basename(output), "batch_score.csv");
  const called = await launch(
    {},
    { ...batch, chooseInput: async () => undefined },
    "batch_score.py",
  );
  assert.equal(called.kind, "cancelled");
});

test("what launch.json says of a batch run is scored, also by an online script", async () => {
  const batch = { input: "in/*.csv", output: "out.csv", miniBatchSize: "3", modelDir: "model" };
  const words = { ...batch, args: ["--", "--name", "x"], noDebug: true };
  for (const entryScript of ["batch_score.py", "score.py"]) {
    const { args } = await configuration({ ...words, entryScript }, {}, entryScript);
    assert.deepEqual(args, [
      ...["batch", "--entry_script", path.resolve("/w", entryScript), "--model_dir", "model"],
      ...["--input", path.resolve("/w/in/*.csv"), "--output", path.resolve("/w/out.csv")],
      ...["--mini_batch_size", "3", "--force", "--", "--name", "x"],
    ]);
  }
});

test("where nobody can be asked, a batch script without input is a problem", async () => {
  const resolution = await launch({ entryScript: "batch_score.py" }, {}, "batch_score.py");
  assert.equal(resolution.kind, "problem");
  assert.match(resolution.problem.message, /batch_score.py is a batch script: input in launch/);
});

test("what debugpy understands beyond our attributes is handed on to it", async () => {
  const written = { showReturnValue: false, gevent: true, subProcess: false };
  const resolved = await configuration(
    written as LaunchAttributes,
    { activeFile: "/w/a.py" },
    "a.py",
  );
  const { showReturnValue, gevent, subProcess } = resolved as unknown as Record<string, unknown>;
  // Without subProcess no worker would be debugged.
  assert.deepEqual([showReturnValue, gevent, subProcess], [false, true, true]);
});

test("a bare F5 serves on loopback only, on a port that is free", async () => {
  const resolved = await configuration({}, { activeFile: "/w/score.py" }, "score.py");
  const options = resolved.args.join(" ");
  assert.match(options, /--host 127\.0\.0\.1 --port auto --worker_count 1 --show_errors --docs$/);
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

test("an envFile that cannot be read is told", async (t) => {
  // The check saw a file, and it is gone when it is read.
  const resolution = await launch({ envFile: "no.env" }, { folder: temporaryFolder(t) }, "a.py");
  assert.equal(resolution.kind, "problem");
  assert.match(resolution.problem.message, /^envFile in launch\.json cannot be read: .*no\.env/);
});

test("values in .env may refer to other variables, and a password keeps its dollar", async (t) => {
  const folder = temporaryFolder(t);
  const lines = [
    "ROOT=/data",
    "MODELS=${ROOT}/models",
    "FULL=${env:MODELS}/v1",
    "CONDA=${CONDA_PREFIX}/lib",
    "PATH=/first:${PATH}",
    "NOTHING=a${NOT_SET_ANYWHERE}b",
    "SECRET='pa$$word$1'",
    "PLAIN=\\${ROOT}",
  ];
  fs.writeFileSync(path.join(folder, ".env"), lines.join("\n"));
  const context = { folder, activeFile: path.join(folder, "score.py") };
  const { env } = await configuration({}, context, "score.py");
  assert.equal(env["MODELS"], "/data/models");
  assert.equal(env["FULL"], "/data/models/v1");
  assert.equal(env["CONDA"], "/env/lib");
  assert.equal(env["PATH"], `/first:${process.env["PATH"]}`);
  assert.equal(env["NOTHING"], "ab");
  assert.equal(env["SECRET"], "pa$$word$1");
  assert.equal(env["PLAIN"], "${ROOT}");
});

test("a mistake in launch.json keeps the launch from starting", async () => {
  const resolution = await launch({ port: 0 }, {}, "score.py");
  assert.equal(resolution.kind, "problem");
  assert.deepEqual(resolution.problem.actions, [{ kind: "openLaunchJson" }]);
});

test("of several workspace folders it is the script's whose .env and interpreter count", () => {
  const [a, b, inner] = ["/w/a", "/w/b", "/w/b/inner"].map((folder) => path.resolve(folder));
  const folders = [a, b, inner].filter((folder) => folder !== undefined);
  const of = (entryScript: unknown, asked: string | undefined, activeFile?: string) =>
    launchFolder({ entryScript, asked, activeFile }, folders);
  // The configuration stands in a, or in the .code-workspace file.
  assert.equal(of(path.resolve("/w/b/score.py"), a), b);
  assert.equal(of(path.resolve("/w/b/score.py"), undefined), b);
  assert.equal(of(path.resolve("/w/b/inner/src/score.py"), a), inner);
  assert.equal(of("score.py", a, path.resolve("/w/b/score.py")), a);
  assert.equal(of("../b/score.py", a), b);
  assert.equal(of(path.resolve("/elsewhere/score.py"), a), a);
  // Nothing is named: the active script, else where the configuration stands.
  assert.equal(of(undefined, a, path.resolve("/w/b/score.py")), b);
  assert.equal(of(undefined, b, path.resolve("/w/a/notes.md")), b);
  assert.equal(of(undefined, undefined, path.resolve("/w/b/notes.md")), b);
  assert.equal(of(undefined, undefined, undefined), a);
  assert.equal(of(undefined, undefined, path.resolve("/w/bb/score.py")), a);
});
