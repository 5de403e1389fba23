/** What the processes of a server have computed, from /proc: Linux only. */
import { processTree, stateFields } from "./processMemory";

/** Of the fields that follow a process's name: ticks in its own code and in the kernel for it. */
const [USER, SYSTEM] = [11, 12];
/** The kernel's unit towards programs, the same on every machine that Node supports. */
const TICKS_PER_SECOND = 100;

/** Seconds that a process and its descendants have been on a processor. */
export function processorSeconds(root: number): number {
  const ticks = processTree(root).map((pid) => {
    const fields = stateFields(pid);
    return Number(fields[USER] ?? 0) + Number(fields[SYSTEM] ?? 0);
  });
  return ticks.reduce((total, each) => total + each, 0) / TICKS_PER_SECOND;
}
