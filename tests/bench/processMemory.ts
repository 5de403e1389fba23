/** What the processes of a server hold in memory, from /proc: Linux only. */
import * as fs from "node:fs";

const KIB = 1024;

export interface Memory {
  /** Every page of every process: one that forked processes share counts once for each. */
  readonly rss: number;
  /** A page that n processes share counts 1/n for each: the sum is what the server occupies. */
  readonly pss: number;
}

/** Bytes held by a process and all its descendants. */
export function memoryOfTree(root: number): Memory {
  const all = processTree(root).map((pid) => read(pid, "smaps_rollup"));
  const sum = (field: string) => all.reduce((total, text) => total + bytes(text, field), 0);
  return { rss: sum("Rss"), pss: sum("Pss") };
}

/** By how many bytes a process and its descendants grew at their highest, during an action. */
export async function peakGrowth(root: number, action: () => Promise<void>): Promise<number> {
  const before = new Map<number, number>();
  for (const pid of processTree(root)) {
    forgetPeak(pid);
    before.set(pid, bytes(read(pid, "status"), "VmRSS"));
  }
  await action();
  return processTree(root)
    .map((pid) => bytes(read(pid, "status"), "VmHWM") - (before.get(pid) ?? 0))
    .reduce((total, growth) => total + growth, 0);
}

/** Where the kernel refuses, the peak of the start counts as well: never to our advantage. */
function forgetPeak(pid: number): void {
  try {
    fs.writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // See above.
  }
}

/** A process and all its descendants. */
export function processTree(root: number): number[] {
  if (process.platform !== "linux") {
    throw new Error("Processes are read from /proc, which only Linux has.");
  }
  const parents = parentsByProcess();
  const tree = [root];
  // Grows while it is walked: children of children follow.
  for (const parent of tree) {
    tree.push(...[...parents].filter(([, of]) => of === parent).map(([pid]) => pid));
  }
  return tree;
}

function parentsByProcess(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of fs.readdirSync("/proc")) {
    if (/^\d+$/.test(name)) {
      parents.set(Number(name), Number(stateFields(Number(name))[1]));
    }
  }
  return parents;
}

/** What the kernel tells of a process: its state, its parent and so on. */
export function stateFields(pid: number): string[] {
  // The program's name, in parentheses, may itself contain blanks and parentheses.
  return read(pid, "stat").replace(/^.*\)/s, "").trim().split(" ");
}

/** Empty for a process that has ended meanwhile. */
function read(pid: number, file: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function bytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * KIB;
}
