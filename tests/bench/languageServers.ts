import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { PYTHON } from "./contenders";
import { provisionEnvironment } from "./reference";
import { inTurn, median, type Row } from "./rows";

const run = promisify(execFile);
const REQUIREMENTS = path.join(__dirname, "languageServers.txt");
const DRIVER = path.join(__dirname, "scripts", "type_in_editor.py");

const ROUNDS = 5;
const KEYSTROKES = 140;
/** These wait for half a second, or think for as long, at each. */
const KEYSTROKES_OF_SLOW = 25;
const PROMISED_START_MS = 600;
const PROMISED_MEMORY = 60e6;
const MB = 1e6;

/** What one session with a language server showed. */
interface Session {
  /** Milliseconds from the program's start to the first diagnostics. */
  readonly first: number;
  /** Milliseconds from each keystroke to its diagnostics at the client. */
  readonly times: readonly number[];
  /** Bytes, of all its processes. */
  readonly memory: number;
}

/** Typing in an entry script, with the language servers that people use, on the same text. */
export async function languageServers(): Promise<Row[]> {
  const python = await provisionEnvironment(
    "language-servers",
    REQUIREMENTS,
    "the language servers",
  );
  const program = (name: string) => path.join(path.dirname(python), name);
  const sessions = (lines: number) =>
    inTurn(ROUNDS, {
      ours: () => type(lines, KEYSTROKES, [PYTHON, "-m", "azmlinfsrv", "language-server"]),
      ruff: () => type(lines, KEYSTROKES, [program("ruff"), "server"]),
      pylsp: () => type(lines, KEYSTROKES_OF_SLOW, [program("pylsp")]),
      pyright: () =>
        type(lines, KEYSTROKES_OF_SLOW, [program("basedpyright-langserver"), "--stdio"]),
    });
  const short = await sessions(100);
  const long = await sessions(1000);
  return [
    ...typing("100", short, 5),
    ...typing("1,000", long, 10),
    {
      name: "typing: start to the first diagnostics, beside the promise",
      unit: "ms",
      aim: { atMost: 1 },
      pairs: short.map(({ ours }) => ({ ours: ours.first, theirs: PROMISED_START_MS })),
    },
    {
      name: "typing: resident memory, beside the promise",
      unit: "MB",
      aim: { atMost: 1 },
      pairs: short.map(({ ours }) => ({ ours: ours.memory / MB, theirs: PROMISED_MEMORY / MB })),
    },
  ];
}

type Name = "ours" | "ruff" | "pylsp" | "pyright";

function typing(lines: string, rounds: readonly Record<Name, Session>[], limit: number): Row[] {
  const beside = (name: Exclude<Name, "ours">) =>
    rounds.map((round) => ({ ours: median(round.ours.times), theirs: median(round[name].times) }));
  const what = `typing: keystroke to diagnostics, ${lines} lines`;
  return [
    { name: `${what}, beside ruff`, unit: "ms", aim: { atMost: limit }, pairs: beside("ruff") },
    { name: `${what}, beside basedpyright`, unit: "ms", pairs: beside("pyright") },
    { name: `${what}, beside pylsp`, unit: "ms", pairs: beside("pylsp") },
    {
      name: `${what}, p95 beside p50`,
      unit: "ms",
      aim: { atMost: 2 },
      pairs: rounds.map(({ ours }) => ({
        ours: percentile(ours.times, 0.95),
        theirs: median(ours.times),
      })),
    },
  ];
}

async function type(
  lines: number,
  keystrokes: number,
  command: readonly string[],
): Promise<Session> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  try {
    const words = [DRIVER, folder, `${lines}`, `${keystrokes}`, ...command];
    const { stdout } = await run(PYTHON, words);
    return JSON.parse(stdout) as Session;
  } finally {
    await fs.rm(folder, { recursive: true });
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0;
}
