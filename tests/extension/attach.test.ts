import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { AttachAttributes } from "../../extension/debugging/attachAttributes";
import {
  type DebugpyAttachConfiguration,
  resolveAttach,
} from "../../extension/debugging/resolveAttach";
import type { PythonServices } from "../../extension/debugging/resolveLaunch";
import { DapConnection } from "../../extension/tasks/dapConnection";
import { BUNDLE, PYTHON } from "../../extension/tasks/project";
import { ADAPTER } from "../../extension/tasks/terminalLaunch";
import { freePort } from "../../extension/tasks/workbench";
import { temporaryFolder } from "./temporary";

const SERVICES: PythonServices = {
  bundle: "/bundle",
  bootstrap: "/bundle/bootstrap.py",
  interpreter: async () => ({ executable: PYTHON, activation: {} }),
  findScripts: async () => [],
};

async function attach(
  attributes: AttachAttributes,
  folder?: string,
): Promise<DebugpyAttachConfiguration> {
  const resolution = await resolveAttach(attributes, { folder }, SERVICES);
  assert.equal(resolution.kind, "attach");
  return resolution.configuration;
}

test("connect maps the workspace folder to the container's, unless told otherwise", async (t) => {
  const folder = temporaryFolder(t);
  const mapped = await attach({ connect: { port: "5678" } }, folder);
  assert.deepEqual(mapped.connect, { host: "127.0.0.1", port: 5678 });
  assert.deepEqual(mapped.pathMappings, [{ localRoot: folder, remoteRoot: "/var/azureml-app" }]);
  assert.deepEqual(mapped.rules, [{ path: "/bundle/**", include: false }]);

  const written = { connect: { host: "10.0.0.7", port: 1 }, pathMappings: [], justMyCode: false };
  const { connect, pathMappings, rules } = await attach(written, folder);
  assert.deepEqual([connect, pathMappings, rules], [{ host: "10.0.0.7", port: 1 }, [], []]);
  assert.deepEqual((await attach({ connect: { port: 1 } })).pathMappings, []);
});

test("listen gets an interpreter for its adapter, and no mapping that nobody asked for", async (t) => {
  const folder = temporaryFolder(t);
  const { listen, python, cwd, pathMappings } = await attach({ listen: { port: 5678 } }, folder);
  assert.deepEqual(listen, { host: "127.0.0.1", port: 5678 });
  assert.deepEqual([python, cwd, pathMappings], [[PYTHON], folder, []]);
});

test("a mistake in an attach is told before anything is connected to", async () => {
  const resolution = await resolveAttach({}, { folder: "/w" }, SERVICES);
  assert.equal(resolution.kind, "problem");
  assert.match(resolution.problem.message, /does not say what to attach to/);
});

const SCRIPT = "answer = 42\nprint(answer)\n";

/** A local folder and another one that stands for a container's, both with the script. */
function twoFolders(t: TestContext): { local: string; remote: string } {
  const root = temporaryFolder(t);
  const [local = "", remote = ""] = ["hier é", "dort"].map((name) => path.join(root, name));
  for (const folder of [local, remote]) {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, "score.py"), SCRIPT);
  }
  return { local, remote };
}

/** Run the far script once a debugger is there. */
function runScript(t: TestContext, remote: string, meet: string): ChildProcess {
  const program = `import debugpy, runpy; ${meet}; debugpy.wait_for_client(); runpy.run_path("score.py")`;
  const child = spawn(PYTHON, ["-c", program], {
    cwd: remote,
    env: {
      ...process.env,
      PYTHONPATH: path.join(BUNDLE, "core"),
      PYDEVD_DISABLE_FILE_VALIDATION: "1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** The place of the first stop, as the editor is told it. */
async function firstStop(
  connection: DapConnection,
  configuration: DebugpyAttachConfiguration,
  file: string,
): Promise<string> {
  const stopped = connection.event("stopped");
  await connection.request("initialize", { adapterID: "azmlinfsrv", pathFormat: "path" });
  const initialized = connection.event("initialized");
  const attached = connection.request("attach", configuration);
  await initialized;
  await connection.request("setBreakpoints", {
    source: { path: file },
    breakpoints: [{ line: 2 }],
  });
  await connection.request("configurationDone");
  await attached;
  const { threadId } = (await stopped) as DebugProtocol.StoppedEvent["body"];
  const { stackFrames } = await connection.request<DebugProtocol.StackTraceResponse["body"]>(
    "stackTrace",
    { threadId, levels: 1 },
  );
  await connection.request("continue", { threadId });
  return `${stackFrames[0]?.source?.path}:${stackFrames[0]?.line}`;
}

test("connect stops in the local file although the code lies in another folder there", async (t) => {
  const { local, remote } = twoFolders(t);
  const port = await freePort();
  const child = runScript(t, remote, `debugpy.listen(("127.0.0.1", ${port})); print("listening")`);
  assert.ok(child.stdout);
  await once(child.stdout, "data");
  const connection = await DapConnection.connect(port);
  try {
    const configuration = await attach(
      { connect: { port }, pathMappings: [{ localRoot: ".", remoteRoot: remote }] },
      local,
    );
    const file = path.join(local, "score.py");
    assert.equal(await firstStop(connection, configuration, file), `${file}:2`);
    await once(child, "exit");
  } finally {
    connection.close();
  }
});

test("listen waits for a server that connects, and stops in the local file", async (t) => {
  const { local, remote } = twoFolders(t);
  const port = await freePort();
  const configuration = await attach(
    { listen: { port }, pathMappings: [{ localRoot: local, remoteRoot: remote }] },
    local,
  );
  const connection = DapConnection.spawn(PYTHON, ADAPTER, configuration.cwd ?? "");
  try {
    connection.events.on("debugpyWaitingForServer", () => {
      runScript(t, remote, `debugpy.connect(("127.0.0.1", ${port}))`);
    });
    const file = path.join(local, "score.py");
    assert.equal(await firstStop(connection, configuration, file), `${file}:2`);
    await connection.request("disconnect", { terminateDebuggee: true });
  } finally {
    connection.close();
  }
});
