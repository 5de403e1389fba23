/** Everything a test starts inherits this variable, however it detaches itself. */
import * as fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

export const RUN_VARIABLE = "AZMLINFSRV_TEST_RUN";
const GRACE_MS = 5_000;

type Leftover = { pid: number; command: string };

/** Ends what is left of a run and names it; an empty list is the healthy case. */
export async function endLeftovers(run: string): Promise<Leftover[]> {
  const deadline = Date.now() + GRACE_MS;
  let left = taggedProcesses(run);
  while (left.length > 0 && Date.now() < deadline) {
    await delay(50);
    left = taggedProcesses(run);
  }
  for (const { pid } of left) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  }
  return left;
}

export function taggedProcesses(run: string): Leftover[] {
  if (process.platform !== "linux") return [];
  const tag = `${RUN_VARIABLE}=${run}`;
  const pids = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).flatMap((pid) => {
    try {
      if (!fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(tag)) return [];
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
      return command === "" ? [] : [{ pid, command }];
    } catch {
      return [];
    }
  });
}
