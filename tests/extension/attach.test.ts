import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import type { AttachAttributes } from "../../extension/debugging/attachAttributes";
import { resolveAttach } from "../../extension/debugging/resolveAttach";
import type { PythonServices } from "../../extension/debugging/resolveLaunch";
import { DapConnection } from "../../extension/tasks/dapConnection";
import { BUNDLE, EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { ADAPTER } from "../../extension/tasks/terminalLaunch";
import { freePort } from "../../extension/tasks/workbench";
import { temporaryFolder } from "./temporary";

const PYTHON = pythonOf(path.join(EXAMPLE, ".venv"));
const ECHO = "def init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n";
const IN_INIT = 2;
const IN_RUN = 6;
const LIMIT_MS = 20_000;

const python: PythonServices = {
  bundle: BUNDLE,
  bootstrap: path.join(BUNDLE, "bootstrap.py"),
  interpreter: async () => ({ executable: PYTHON, activation: {} }),
  findScripts: async () => [],
};

/** What our resolver makes of an attach configuration. */
async function resolved(folder: string, attributes: AttachAttributes): Promise<object> {
  const listServers = async () => ({ servers: [], published: [] });
  const resolution = await resolveAttach(attributes, { folder, listServers }, python);
  assert.equal(resolution.kind, "attach", JSON.stringify(resolution));
  return resolution.kind === "attach" ? resolution.configuration : {};
}

interface Server {
  readonly url: string;
  readonly process: ChildProcess;
}

/** The bundled server on a script, ended with the test. */
async function startServer(
  t: TestContext,
  script: string,
  options: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Server> {
  const port = await freePort();
  const words = ["--entry_script", script, "--host", "127.0.0.1", "--port", String(port)];
  const server = spawn(PYTHON, [python.bootstrap, ...words, ...options], {
    cwd: path.dirname(script),
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  t.after(async () => {
    server.kill();
    await ended;
  });
  return { url: `http://127.0.0.1:${port}`, process: server };
}

/** Speak to an adapter as VS Code does, until the configuration is done. */
async function begin(
  dap: DapConnection,
  configuration: object,
  file: string,
  lines: readonly number[],
): Promise<unknown> {
  const arguments_ = { adapterID: "azmlinfsrv", pathFormat: "path", linesStartAt1: true };
  await dap.request("initialize", { ...arguments_, columnsStartAt1: true });
  const initialized = dap.event("initialized");
  const attached = dap.request("attach", configuration);
  await initialized;
  const breakpoints = lines.map((line) => ({ line }));
  await dap.request("setBreakpoints", { source: { path: file }, breakpoints });
  await dap.request("configurationDone");
  return attached;
}

interface Frame {
  readonly name: string;
  readonly line: number;
  readonly source: { readonly path: string };
}

async function nextStop(dap: DapConnection, stopped: Promise<unknown>): Promise<[number, Frame]> {
  const { threadId } = (await stopped) as { threadId: number };
  const trace = await dap.request<{ stackFrames: Frame[] }>("stackTrace", { threadId });
  assert.ok(trace.stackFrames[0]);
  return [threadId, trace.stackFrames[0]];
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function score(server: Server): Promise<string> {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${server.url}/score`, { method: "POST", headers, body: "x" });
  return await answer.text();
}

test("connect stops at the workspace's copy of a script that lies elsewhere in the container", async (t) => {
  const root = temporaryFolder(t);
  const workspace = path.join(root, "my wörk");
  const container = path.join(root, "var", "azureml-app");
  for (const folder of [workspace, container]) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "score.py"), ECHO);
  }
  const debugPort = await freePort();
  const options = ["--debug_port", String(debugPort), "--wait_for_client"];
  const server = await startServer(t, path.join(container, "score.py"), options);
  const configuration = await resolved(workspace, {
    connect: { port: debugPort },
    pathMappings: [{ localRoot: workspace, remoteRoot: container }],
  });
  const dap = await eventually(() => DapConnection.connect(debugPort));
  t.after(() => dap.close());
  const inInit = dap.event("stopped");
  const local = path.join(workspace, "score.py");
  await begin(dap, configuration, local, [IN_INIT, IN_RUN]);
  const [thread, init] = await nextStop(dap, inInit);
  assert.deepEqual([init.name, init.source.path], ["init", local]);
  await dap.request("continue", { threadId: thread });
  const inRun = dap.event("stopped");
  const answer = score(server);
  const [again, run] = await nextStop(dap, inRun);
  assert.deepEqual([run.name, run.line, run.source.path], ["run", IN_RUN, local]);
  await dap.request("continue", { threadId: again });
  assert.equal(await answer, '"x"');
});

test("listen waits for a server with AZUREML_DEBUG_PORT and stops in init() and run()", async (t) => {
  const folder = temporaryFolder(t);
  const script = path.join(folder, "score.py");
  fs.writeFileSync(script, ECHO);
  const port = await freePort();
  const configuration = await resolved(folder, { listen: { port } });
  const dap = DapConnection.spawn(PYTHON, ADAPTER, folder);
  t.after(() => dap.close());
  const waits = dap.event("debugpyWaitingForServer");
  const inInit = dap.event("stopped");
  const begun = begin(dap, configuration, script, [IN_INIT, IN_RUN]);
  await waits;
  const server = await startServer(t, script, [], { AZUREML_DEBUG_PORT: String(port) });
  const [thread, init] = await nextStop(dap, inInit);
  assert.equal(init.name, "init");
  await begun;
  await dap.request("continue", { threadId: thread });
  const inRun = dap.event("stopped");
  const answer = score(server);
  const [again, run] = await nextStop(dap, inRun);
  assert.equal(run.name, "run");
  await dap.request("continue", { threadId: again });
  assert.equal(await answer, '"x"');
});
