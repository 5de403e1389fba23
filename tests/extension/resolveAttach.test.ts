import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunningServer } from "../../extension/debugging/attach/runningServer";
import type { AttachAttributes } from "../../extension/debugging/attachAttributes";
import {
  type DebugpyAttachConfiguration,
  resolveAttach,
} from "../../extension/debugging/resolveAttach";
import type { PythonServices } from "../../extension/debugging/resolveLaunch";
import { PYTHON } from "../../extension/tasks/project";
import { temporaryFolder } from "./temporary";

const SERVICES: PythonServices = {
  bundle: "/bundle",
  bootstrap: "/bundle/bootstrap.py",
  interpreter: async () => ({ executable: PYTHON, activation: {} }),
  findScripts: async () => [],
};

const listServers = async () => ({ servers: [], published: [] });

async function attach(
  attributes: AttachAttributes,
  folder?: string,
): Promise<DebugpyAttachConfiguration> {
  const resolution = await resolveAttach(attributes, { folder, listServers }, SERVICES);
  assert.equal(resolution.kind, "attach");
  return resolution.configuration as DebugpyAttachConfiguration;
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
  const resolution = await resolveAttach({}, { folder: "/w", listServers }, SERVICES);
  assert.equal(resolution.kind, "problem");
  assert.match(resolution.problem.message, /does not say what to attach to/);
});

test("a pid of no server is told with the way to choose one", async (t) => {
  const context = { folder: temporaryFolder(t), listServers };
  const resolution = await resolveAttach({ processId: 1 }, context, SERVICES);
  assert.equal(resolution.kind, "problem");
  assert.match(resolution.kind === "problem" ? resolution.problem.message : "", /has the pid 1\./);
});

test("the published server's master is refused with the reason, its worker is entered", async (t) => {
  const worker = { pid: 12, parent: 11, role: "worker", command: "c", python: PYTHON } as const;
  const both = async () => ({
    servers: [],
    published: [
      { ...worker, pid: 11, role: "master", refusal: "never calls run()" } as const,
      { ...worker, refusal: null },
    ],
  });
  const context = { folder: temporaryFolder(t), listServers: both };
  const master = await resolveAttach({ processId: 11 }, context, SERVICES);
  assert.match(master.kind === "problem" ? master.problem.message : "", /never calls run\(\)/);
  const entered = await resolveAttach({ processId: "12" }, context, SERVICES);
  assert.equal(entered.kind, "attach");
  const { configuration } = entered as Extract<typeof entered, { kind: "attach" }>;
  assert.equal((configuration as { processId?: number }).processId, 12);
});

test("connect to a server of this machine stops in the files as they lie, without a mapping", async (t) => {
  const server = { workers: [], debug_port: 5678 } as unknown as RunningServer;
  const folder = temporaryFolder(t);
  const here = async () => ({ servers: [server], published: [] });
  const attributes = { connect: { port: 5678 } };
  const resolution = await resolveAttach(attributes, { folder, listServers: here }, SERVICES);
  const { configuration } = resolution as { configuration: DebugpyAttachConfiguration };
  assert.deepEqual(configuration.pathMappings, []);
});
