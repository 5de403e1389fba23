import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as net from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const LIMIT_MS = 10_000;
const POLL_MS = 50;

/** Fail unless every process with this variable (`NAME=value`) ends and the port is free again. */
export async function expectNothingLeft(variable: string, port?: number): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const processes = processesWith(variable);
    const isTaken = port !== undefined && !(await isFree(port));
    if (processes.length === 0 && !isTaken) {
      return;
    }
    const left = [...processes, ...(isTaken ? [`port ${port}`] : [])].join("\n");
    assert.ok(Date.now() < deadline, `left behind:\n${left}`);
    await delay(POLL_MS);
  }
}

/** The processes that inherited a variable; nothing where the system does not tell. */
function processesWith(variable: string): string[] {
  const read = (pid: string, name: string) => {
    try {
      return fs.readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0");
    } catch {
      // It has just ended, or is somebody else's.
      return [];
    }
  };
  const all = fs.existsSync("/proc/self/environ") ? fs.readdirSync("/proc") : [];
  return all
    .filter((name) => /^\d+$/.test(name) && read(name, "environ").includes(variable))
    .map((pid) => `${pid} ${read(pid, "cmdline").join(" ")}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  const bound = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
  });
  if (bound) {
    await new Promise((resolve) => server.close(resolve));
  }
  return bound;
}
