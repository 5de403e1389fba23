import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as readline from "node:readline";
import { ROOT } from "../../extension/tasks/project";
import { PYTHON } from "./contenders";
import { provisionEnvironment } from "./reference";
import { inTurn, type Row } from "./rows";

const FILES = 10_000;
const ROUNDS = 3;
const RAY_ROUNDS = 2;
const SCRIPTS = path.join(__dirname, "scripts");
const EXTRAS = path.join(ROOT, "tests", "extras");

/** `azmlinfsrv batch` over many small files, with a script that only computes. */
export async function batch(): Promise<Row[]> {
  return withFiles(async (folder) => {
    const rounds = await inTurn(ROUNDS, {
      loop: () => loop(folder, 1),
      loops: () => loop(folder, 2),
      one: () => run(folder, PYTHON, 1),
      two: () => run(folder, PYTHON, 2),
    });
    const files = `${FILES.toLocaleString("en")} files of about 2 ms`;
    return [
      {
        name: `batch: ${files}, 2 workers beside 1`,
        unit: "/s",
        aim: { atLeast: 1.8 },
        pairs: rounds.map(({ one, two }) => ({ ours: rate(two), theirs: rate(one) })),
      },
      {
        name: "batch: what this machine gives two hand-written loops",
        unit: "/s",
        pairs: rounds.map(({ loop, loops }) => ({ ours: rate(loops), theirs: rate(loop) })),
      },
      {
        name: "batch: time with 1 worker beside a hand-written loop",
        unit: "ms",
        aim: { atMost: 1.1 },
        pairs: rounds.map(({ one, loop }) => ({ ours: one, theirs: loop })),
      },
    ];
  });
}

/** The same on a Ray cluster that is there already. */
export async function ray(): Promise<Row[]> {
  const lock = path.join(EXTRAS, "ray.txt");
  const python = await provisionEnvironment("extras-ray", lock, "Ray");
  return withFiles(async (folder) => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
    const env = { HOME: home, RAY_AUTH_MODE: "token" };
    const cluster = spawn(python, [path.join(EXTRAS, "ray_cluster.py")], {
      env: environment(env),
      stdio: ["pipe", "pipe", "inherit"],
    });
    try {
      const words = ["--engine", "ray", "--ray_address", await addressOf(cluster)];
      const rounds = await inTurn(RAY_ROUNDS, {
        one: () => run(folder, python, 1),
        ray: () => run(folder, python, 2, words, env),
      });
      return [
        {
          name: `ray: ${FILES.toLocaleString("en")} files of about 2 ms, a cluster of 2 cores beside 1 worker`,
          unit: "/s",
          aim: { atLeast: 1.6 },
          pairs: rounds.map(({ one, ray: two }) => ({ ours: rate(two), theirs: rate(one) })),
        },
      ];
    } finally {
      cluster.stdin.end();
      await once(cluster, "exit");
      fs.rmSync(home, { recursive: true });
    }
  });
}

async function withFiles(measure: (folder: string) => Promise<Row[]>): Promise<Row[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  try {
    fs.mkdirSync(path.join(folder, "in"));
    for (let number = 0; number < FILES; number += 1) {
      fs.writeFileSync(
        path.join(folder, "in", `${String(number).padStart(5, "0")}.txt`),
        `${number}`,
      );
    }
    return await measure(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Milliseconds of a hand-written loop, or of two at once with half of the files each. */
async function loop(folder: string, parts: 1 | 2): Promise<number> {
  const begin = performance.now();
  const numbers = Array.from({ length: parts }, (_, number) => number);
  await Promise.all(
    numbers.map((number) => {
      const output = path.join(folder, `loop-${number}.csv`);
      const words = [path.join(folder, "in"), output, `${number}`, `${parts}`];
      return succeed(PYTHON, [path.join(SCRIPTS, "batch_loop.py"), ...words]);
    }),
  );
  return performance.now() - begin;
}

async function run(
  folder: string,
  python: string,
  workers: number,
  further: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const output = path.join(folder, "predictions.csv");
  const begin = performance.now();
  await succeed(
    python,
    [
      ...["-m", "azmlinfsrv", "batch", "--entry_script", path.join(SCRIPTS, "batch_score.py")],
      ...["--input", path.join(folder, "in"), "--output", output],
      ...["--max_concurrency", `${workers}`, "--force", ...further],
    ],
    env,
  );
  const taken = performance.now() - begin;
  const lines = fs.readFileSync(output, "utf8").split("\n").length - 1;
  if (lines !== FILES) {
    throw new Error(`There are ${lines} results.`);
  }
  return taken;
}

function rate(milliseconds: number): number {
  return (FILES / milliseconds) * 1000;
}

function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: path.join(ROOT, "python_backend"), ...env };
}

async function succeed(
  python: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const child = spawn(python, words, {
    env: environment(env),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let told = "";
  child.stderr.on("data", (chunk) => {
    told = (told + chunk).slice(-500);
  });
  const [status] = await once(child, "close");
  if (status !== 0) {
    throw new Error(`It ended with ${status}: ${told}`);
  }
}

async function addressOf(cluster: ChildProcess): Promise<string> {
  if (cluster.stdout === null) {
    throw new Error("The cluster has no output.");
  }
  for await (const line of readline.createInterface(cluster.stdout)) {
    return line.trim();
  }
  throw new Error("The cluster did not start.");
}
