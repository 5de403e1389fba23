import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../extension/tasks/workbench";
import { cleanEnvironment, lastLines } from "../../extension/tasks/workbenchSystem";
import type { Contender } from "./contenders";
import { type Answer, firstScore } from "./request";

const SCRIPTS = path.join(__dirname, "scripts");
const STOP_LIMIT_MS = 10_000;

/** Variables that would give a server other settings than its command line says. */
const SETTINGS =
  /^(AZUREML_|AML_|WORKER_|SCORING_|PYTHON(PATH|UNBUFFERED)$|WEB_CONCURRENCY$|GUNICORN_|UVICORN_)/;

/** A server that has answered its first request with 200. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Where its script lies, as `contender.copiedTo`. */
  readonly folder: string;
  readonly firstAnswer: Answer;
  /** Milliseconds from the start of the program to that answer. */
  readonly startedIn: number;
}

/** Start a server, do something with it, end it and everything it has started. */
export async function withServer<T>(
  contender: Contender,
  body: string,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  fs.copyFileSync(path.join(SCRIPTS, contender.script), path.join(folder, contender.copiedTo));
  const logFile = path.join(folder, "server.log");
  const port = await freePort();
  const begin = performance.now();
  const child = launch(contender, port, folder, logFile);
  const endWithUs = () => {
    signalGroup(child, "SIGKILL");
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", endWithUs);
  try {
    const firstAnswer = await firstScore(port, body, () => ensureRunning(child));
    const startedIn = performance.now() - begin;
    return await use({ port, pid: child.pid ?? 0, folder, firstAnswer, startedIn });
  } catch (error) {
    const log = lastLines(fs.readFileSync(logFile, "utf8"));
    throw new Error(`${contender.name}: ${(error as Error).message}\n${log}`, { cause: error });
  } finally {
    try {
      await stop(child, contender.name);
    } finally {
      process.removeListener("exit", endWithUs);
      fs.rmSync(folder, { recursive: true });
    }
  }
}

function launch(
  { command, env }: Contender,
  port: number,
  folder: string,
  logFile: string,
): ChildProcess {
  const [program = "", ...words] = command(port);
  // A file, not a pipe: a pipe that is read late stops the server, and reading it costs us time.
  const log = fs.openSync(logFile, "w");
  const inherited = Object.entries(cleanEnvironment()).filter(([name]) => !SETTINGS.test(name));
  const child = spawn(program, words, {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ["ignore", log, log],
    // A process group of its own: that shows whether something is left of it.
    detached: true,
  });
  fs.closeSync(log);
  // Told by ensureRunning(); without a listener it would end the whole run.
  child.on("error", () => {});
  return child;
}

function ensureRunning(child: ChildProcess): void {
  if (child.pid === undefined) {
    throw new Error(`${child.spawnfile} cannot be started.`);
  }
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(`The server ended (${child.exitCode ?? child.signalCode}).`);
  }
}

async function stop(child: ChildProcess, name: string): Promise<void> {
  child.kill("SIGTERM");
  const deadline = Date.now() + STOP_LIMIT_MS;
  while (signalGroup(child, 0)) {
    if (Date.now() > deadline) {
      signalGroup(child, "SIGKILL");
      throw new Error(`${name}: something of it ran on ${STOP_LIMIT_MS / 1000} s after SIGTERM.`);
    }
    await delay(10);
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch {
    return false;
  }
}
