import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeScripts } from "./checkedScripts";
import { PYTHON } from "./contenders";
import { inTurn, type Row } from "./rows";

const SCRIPTS = 500;
const ROUNDS = 7;
const PROMISED_MS = 2000;
const FOUND = 1;

/** `azmlinfsrv check` on many entry scripts, and on one, in one process and thread. */
export async function checkSpeed(): Promise<Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  try {
    writeScripts(folder, SCRIPTS);
    const one = path.join("endpoint_0", "score_0.py");
    const rounds = await inTurn(ROUNDS + 1, {
      all: async () => measure(folder, ["-m", "azmlinfsrv", "check"], SCRIPTS),
      one: async () => measure(folder, ["-m", "azmlinfsrv", "check", one], 1),
      python: async () => measure(folder, ["-c", "pass"]),
    });
    // The first round fills the system's caches.
    const measured = rounds.slice(1);
    return [
      {
        name: `check: ${SCRIPTS} scripts, beside the promise`,
        unit: "ms",
        aim: { atMost: 1 },
        pairs: measured.map(({ all }) => ({ ours: all, theirs: PROMISED_MS })),
      },
      {
        name: "check: one script, beside Python's own start",
        unit: "ms",
        pairs: measured.map(({ one: ours, python }) => ({ ours, theirs: python })),
      },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Milliseconds from a program's start to its end. */
function measure(folder: string, words: readonly string[], scripts?: number): number {
  const begin = performance.now();
  const { status, stdout } = spawnSync(PYTHON, words, { cwd: folder, encoding: "utf8" });
  const elapsed = performance.now() - begin;
  // Whether something is found depends on the rules; that all are looked at does not.
  const hasChecked = scripts === undefined || stdout.includes(`${scripts} entry script`);
  if ((status !== 0 && status !== FOUND) || !hasChecked) {
    throw new Error(`It ended with ${status}: ${stdout.slice(-500)}`);
  }
  return elapsed;
}
