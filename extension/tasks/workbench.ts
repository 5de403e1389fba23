/** A real VS Code in a browser: for `npm start` without a desktop VS Code, and for the tests. */
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { installExtensions, sharedExtensionsDir } from "./workbenchExtensions";
import type { ReadyWorkbench } from "./workbenchProvision";
import { cleanEnvironment, lastLines } from "./workbenchSystem";

export { sharedExtensionsDir } from "./workbenchExtensions";
export {
  cacheFolder,
  findBrowser,
  provisionWorkbench,
  type ReadyBrowser,
  type ReadyWorkbench,
} from "./workbenchProvision";
export type { Log, Unavailable } from "./workbenchSystem";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const HOST = "127.0.0.1";

export type StartOptions = {
  workbench: ReadyWorkbench;
  folder: string;
  userDataDir: string;
  /** Without it the extensions go into a folder shared by all profiles with the same vsix files. */
  extensionsDir?: string;
  /** .vsix files, installed before the start. */
  extensions: readonly string[];
  port?: number;
  settings?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
};

export type RunningWorkbench = {
  url: string;
  port: number;
  process: ChildProcess;
  logFile: string;
  stop(): Promise<void>;
};

const TRUST_SETTING = "security.workspace.trust.enabled";

export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "chat.disableAIFeatures": true,
  [TRUST_SETTING]: false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "window.confirmBeforeClose": "never",
  "files.autoSave": "off",
  // A server that a debug session starts would make VS Code offer to forward its port.
  "remote.autoForwardPorts": false,
};

export async function startWorkbench(options: StartOptions): Promise<RunningWorkbench> {
  const { workbench, userDataDir } = options;
  writeSettings(userDataDir, options.settings ?? {});
  const extensionsDir =
    options.extensionsDir ?? (await sharedExtensionsDir(workbench, options.extensions));
  if (options.extensionsDir !== undefined) {
    await installExtensions(workbench, options.extensions, extensionsDir, userDataDir);
  }
  const port = options.port ?? (await freePort());
  const logFile = path.join(userDataDir, "workbench.log");
  const log = fs.openSync(logFile, "a");
  const child = spawn(
    workbench.node,
    [
      ...["--require", preload(userDataDir, workbench.entry), workbench.entry],
      ...["--auth", "none", "--bind-addr", `${HOST}:${port}`],
      ...["--config", path.join(userDataDir, "config.yaml")],
      ...["--user-data-dir", userDataDir, "--extensions-dir", extensionsDir],
      ...["--disable-telemetry", "--disable-update-check"],
      // The option would win over a setting to the contrary.
      ...(options.settings?.[TRUST_SETTING] === true ? [] : ["--disable-workspace-trust"]),
      ...["--disable-getting-started-override", options.folder],
    ],
    {
      cwd: options.folder,
      env: { ...cleanEnvironment(), ...options.env },
      stdio: ["ignore", log, log],
      // A process group of its own is what lets stop() reach everything it starts.
      detached: true,
    },
  );
  fs.closeSync(log);
  const endWithUs = () => child.pid !== undefined && signalGroup(child.pid, "SIGKILL");
  process.once("exit", endWithUs);
  const stop = async () => {
    await stopGroup(child);
    process.removeListener("exit", endWithUs);
  };
  try {
    await untilHealthy(child, port, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = `http://${HOST}:${port}/?folder=${encodeURIComponent(options.folder)}`;
  return { url, port, process: child, logFile, stop };
}

export function writeSettings(userDataDir: string, settings: Record<string, unknown>): void {
  const file = path.join(userDataDir, "User", "settings.json");
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify({ ...QUIET_SETTINGS, ...settings }, undefined, 2));
  fs.writeFileSync(path.join(userDataDir, "config.yaml"), "");
}

/** code-server writes logs under the user's home whatever its options say. Only this variable moves
 * them, read when its util module loads; the user's own programs must not inherit it. */
function preload(userDataDir: string, entry: string): string {
  const file = path.join(userDataDir, "preload.cjs");
  fs.writeFileSync(
    file,
    `const before = process.env.XDG_DATA_HOME;
process.env.XDG_DATA_HOME = ${JSON.stringify(userDataDir)};
require(${JSON.stringify(path.join(path.dirname(entry), "util"))});
if (before === undefined) delete process.env.XDG_DATA_HOME;
else process.env.XDG_DATA_HOME = before;
`,
  );
  return file;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, HOST, resolve);
  });
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilHealthy(child: ChildProcess, port: number, logFile: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let seen = "no answer";
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const log = lastLines(fs.readFileSync(logFile, "utf8"));
      throw new Error(`The workbench ended while starting:\n${log}`);
    }
    try {
      const response = await fetch(`http://${HOST}:${port}/healthz`);
      if (response.ok) return;
      seen = `status ${response.status}`;
    } catch (error) {
      seen = String((error as Error).cause ?? error);
    }
    await delay(50);
  }
  throw new Error(`The workbench on port ${port} did not become ready: ${seen} (see ${logFile})`);
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (!signalGroup(group, signal)) return;
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (Date.now() < deadline) {
      if (!signalGroup(group, 0)) return;
      await delay(25);
    }
  }
  throw new Error(`Process group ${group} of the workbench outlived SIGKILL`);
}

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}
