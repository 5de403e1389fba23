import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PYTHON } from "./contenders";
import { inTurn, type Row } from "./rows";

const VERSIONS = 1000;
const ROUNDS = 7;
const PROMISED_LIST_MS = 300;
const MODEL_BYTES = 1_000_000_000;
const PROMISED_MEGABYTES = 64;
const SCRIPTS = path.join(__dirname, "scripts");

/** `azmlinfsrv models` with many versions, and with a large one. */
export async function registry(): Promise<Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  try {
    return [...(await listing(folder)), await largeModel(folder)];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

async function listing(folder: string): Promise<Row[]> {
  const root = path.join(folder, "many");
  run([path.join(SCRIPTS, "fill_registry.py"), root, `${VERSIONS}`]);
  const rounds = await inTurn(ROUNDS + 1, {
    list: async () => milliseconds(["-m", "azmlinfsrv", "models", "list", "--registry", root]),
    python: async () => milliseconds(["-c", "pass"]),
  });
  // The first round fills the system's caches.
  const measured = rounds.slice(1);
  return [
    {
      name: `registry: ${VERSIONS} versions listed, beside the promise`,
      unit: "ms",
      aim: { atMost: 1 },
      pairs: measured.map(({ list }) => ({ ours: list, theirs: PROMISED_LIST_MS })),
    },
    {
      name: "registry: the same, beside Python's own start",
      unit: "ms",
      pairs: measured.map(({ list, python }) => ({ ours: list, theirs: python })),
    },
  ];
}

async function largeModel(folder: string): Promise<Row> {
  const model = path.join(folder, "large.bin");
  fs.writeFileSync(model, "");
  fs.truncateSync(model, MODEL_BYTES);
  const words = ["-m", "azmlinfsrv", "models", "register", "--name", "large", "--path", model];
  const peak = run([
    path.join(SCRIPTS, "peak_memory.py"),
    PYTHON,
    ...[...words, "--registry", path.join(folder, "large")],
  ]);
  return {
    name: "registry: memory to register 1 GB, beside the promise",
    unit: "MB",
    aim: { atMost: 1 },
    pairs: [{ ours: Number(peak) / 2 ** 20, theirs: PROMISED_MEGABYTES }],
  };
}

function milliseconds(words: readonly string[]): number {
  const begin = performance.now();
  run(words);
  return performance.now() - begin;
}

function run(words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(PYTHON, words, { encoding: "utf8" });
  if (status !== 0) {
    throw new Error(`It ended with ${status}: ${stderr.slice(-500)}`);
  }
  return stdout;
}
