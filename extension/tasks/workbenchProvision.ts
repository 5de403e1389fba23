/** Puts code-server (VS Code as a web workbench) and the Node it demands into a cache folder. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isAlive, withLock } from "./workbenchLock";
import {
  BROWSER_NAMES,
  cleanEnvironment,
  ensureBrowser,
  ensureBuildTools,
  findProgram,
  isExecutable,
  type Log,
  lastLines,
  run,
  type Unavailable,
} from "./workbenchSystem";

export const WORKBENCH_VERSION = "4.139.1";
/** Exactly this major: the package's install script refuses older and newer ones alike. */
const NODE_MAJOR = 24;
const STAMP = "complete.json";

export type ReadyWorkbench = { kind: "ready"; node: string; entry: string; version: string };
export type ReadyBrowser = { kind: "ready"; executable: string };

export function cacheFolder(): string {
  const base =
    process.platform === "darwin"
      ? path.join(os.homedir(), "Library", "Caches")
      : process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  return path.join(base, "azmlinfsrv-dev");
}

export async function provisionWorkbench(
  options: { log?: Log } = {},
): Promise<ReadyWorkbench | Unavailable> {
  if (process.platform === "win32") {
    return {
      kind: "unavailable",
      reason: "VS Code in a browser needs Linux or macOS",
      remedy: "Install VS Code from https://code.visualstudio.com and put 'code' on the PATH",
    };
  }
  const log = options.log ?? (() => {});
  const target = path.join(cacheFolder(), `workbench-${WORKBENCH_VERSION}`);
  const existing = completedInstall(target);
  if (existing !== undefined) return existing;
  return await withLock(
    `${target}.lock`,
    async () => completedInstall(target) ?? (await install(target, log)),
    () => log("Another process is installing the workbench; waiting for it"),
  );
}

export async function findBrowser(
  options: { log?: Log } = {},
): Promise<ReadyBrowser | Unavailable> {
  const chosen = process.env.CHROME_PATH;
  if (chosen !== undefined && chosen !== "") {
    if (isExecutable(chosen)) return { kind: "ready", executable: chosen };
    return {
      kind: "unavailable",
      reason: `CHROME_PATH names ${chosen}, which is not a program`,
      remedy: "unset CHROME_PATH",
    };
  }
  const missing =
    browserOnPath() === undefined ? await ensureBrowser(options.log ?? (() => {})) : undefined;
  if (missing !== undefined) return missing;
  return { kind: "ready", executable: browserOnPath() as string };
}

function browserOnPath(): string | undefined {
  return BROWSER_NAMES.map(findProgram).find((file) => file !== undefined);
}

function completedInstall(folder: string): ReadyWorkbench | undefined {
  const entry = entryIn(folder);
  try {
    const stamp = JSON.parse(fs.readFileSync(path.join(folder, STAMP), "utf8")) as { node: string };
    const node = path.resolve(folder, stamp.node);
    if (!isExecutable(node) || !fs.existsSync(entry)) return undefined;
    return { kind: "ready", node, entry, version: WORKBENCH_VERSION };
  } catch {
    return undefined;
  }
}

function entryIn(folder: string): string {
  return path.join(folder, "server", "node_modules", "code-server", "out", "node", "entry.js");
}

async function install(target: string, log: Log): Promise<ReadyWorkbench | Unavailable> {
  const missing = await ensureBuildTools(log);
  if (missing !== undefined) return missing;
  removeAbandoned(target);
  const building = `${target}.partial-${process.pid}`;
  try {
    log(`Installing VS Code for the browser (code-server ${WORKBENCH_VERSION}) into ${target}`);
    const node = await installNode(building, log);
    if (typeof node !== "string") return node;
    const failure = (await installServer(building, node, log)) ?? (await verify(building, node));
    if (failure !== undefined) return failure;
    const inside = node.startsWith(building + path.sep);
    const stamp = { node: inside ? path.relative(building, node) : node };
    fs.writeFileSync(path.join(building, STAMP), JSON.stringify(stamp));
    if (completedInstall(target) === undefined) {
      fs.rmSync(target, { recursive: true, force: true });
      fs.renameSync(building, target);
    }
  } finally {
    fs.rmSync(building, { recursive: true, force: true });
  }
  return completedInstall(target) ?? failed("the finished install could not be read", "");
}

function removeAbandoned(target: string): void {
  const prefix = `${path.basename(target)}.partial-`;
  for (const name of fs.readdirSync(path.dirname(target))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      fs.rmSync(path.join(path.dirname(target), name), { recursive: true, force: true });
    }
  }
}

async function installNode(building: string, log: Log): Promise<string | Unavailable> {
  if (Number.parseInt(process.versions.node, 10) === NODE_MAJOR) return process.execPath;
  const folder = path.join(building, "node");
  const result = await npmInstall(folder, `node@${NODE_MAJOR}`, cleanEnvironment(), log);
  // The package ships a placeholder that its install script replaces with the real program.
  const node = path.join(folder, "node_modules", "node", "bin", "node");
  const version = await run(node, ["--version"]);
  if (version.output.startsWith(`v${NODE_MAJOR}.`)) return node;
  return failed(`Node ${NODE_MAJOR} could not be installed`, result.output + version.output);
}

async function installServer(
  building: string,
  node: string,
  log: Log,
): Promise<Unavailable | undefined> {
  const env = cleanEnvironment();
  env.PATH = `${path.dirname(node)}${path.delimiter}${env.PATH ?? ""}`;
  const headers = path.join(building, "node", "node_modules", "node", "node_modules");
  const nodedir = path.join(headers, `node-${process.platform}-${process.arch}`);
  // Native modules would otherwise be compiled against headers fetched from the network.
  if (fs.existsSync(path.join(nodedir, "include", "node", "node.h"))) {
    env.npm_config_nodedir = nodedir;
  }
  const folder = path.join(building, "server");
  const result = await npmInstall(folder, `code-server@${WORKBENCH_VERSION}`, env, log);
  if (result.code === 0 && fs.existsSync(entryIn(building))) return undefined;
  return failed("code-server could not be installed", result.output);
}

function npmInstall(folder: string, what: string, env: NodeJS.ProcessEnv, log: Log) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  return run("npm", ["install", what, "--no-audit", "--no-fund", "--no-update-notifier"], {
    cwd: folder,
    // Newer npm skips install scripts unless allowed, also in the installs those scripts start.
    env: { ...env, npm_config_dangerously_allow_all_scripts: "true" },
    log,
  });
}

/** The terminal's native module fails late and silently, so it is loaded here once. */
async function verify(building: string, node: string): Promise<Unavailable | undefined> {
  const entry = entryIn(building);
  const version = await run(node, [entry, "--version"], { env: cleanEnvironment() });
  if (version.code !== 0 || !version.output.includes(WORKBENCH_VERSION)) {
    return failed("code-server does not start", version.output);
  }
  const vscode = path.join(path.dirname(entry), "..", "..", "lib", "vscode");
  const program = `const pty = require("node-pty").spawn("/bin/sh", ["-c", "exit 7"], {});
    pty.onExit(({ exitCode }) => process.exit(exitCode === 7 ? 0 : 1));`;
  const terminal = await run(node, ["-e", program], { cwd: vscode, env: cleanEnvironment() });
  return terminal.code === 0 ? undefined : failed("the terminal does not start", terminal.output);
}

function failed(reason: string, output: string): Unavailable {
  const details = output.trim() === "" ? "" : `:\n${lastLines(output)}`;
  return {
    kind: "unavailable",
    reason: `${reason}${details}`,
    remedy: "Install VS Code from https://code.visualstudio.com and put 'code' on the PATH",
  };
}
