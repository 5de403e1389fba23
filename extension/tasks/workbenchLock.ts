/** One process at a time does the work; a lock whose owner died is taken over. */
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const REFRESH_MS = 2_000;
/** A reused pid can look alive, so a lock that nobody refreshes is stale too. */
const STALE_MS = 60_000;

export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  onWait: () => void = () => {},
): Promise<T> {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let announced = false;
  while (!tryLock(file)) {
    if (!announced) onWait();
    announced = true;
    await delay(100);
  }
  const refresh = setInterval(() => touch(file), REFRESH_MS);
  const release = () => {
    if (owner(file) === process.pid) fs.rmSync(file, { force: true });
  };
  process.once("exit", release);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    process.removeListener("exit", release);
    release();
  }
}

function tryLock(file: string): boolean {
  if (isStale(file)) fs.rmSync(file, { force: true });
  // Linking a finished file: a lock is never seen without the pid of its owner in it.
  const own = `${file}.${process.pid}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function isStale(file: string): boolean {
  const pid = owner(file);
  if (pid === undefined) return false;
  return !isAlive(pid) || Date.now() - (modified(file) ?? Date.now()) > STALE_MS;
}

function owner(file: string): number | undefined {
  try {
    return Number(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function modified(file: string): number | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function touch(file: string): void {
  if (owner(file) === process.pid) fs.utimesSync(file, new Date(), new Date());
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
