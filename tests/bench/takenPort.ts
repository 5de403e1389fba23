import { spawn } from "node:child_process";
import { ours } from "./contenders";
import type { Row } from "./rows";
import { withServer } from "./server";

const RUNS = 9;
const PROMISED_MS = 1000;

/** From the start of a server whose port is taken to its end, the port's holder named. */
export async function takenPort(): Promise<Row[]> {
  const times = await withServer(ours("echo.py"), "{}", async ({ port, folder }) => {
    const measured: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      measured.push(await startAgain(port, folder));
    }
    return measured.slice(1);
  });
  return [
    {
      name: "port: taken, to the exit, beside the promise",
      unit: "ms",
      aim: { atMost: 1 },
      pairs: times.map((time) => ({ ours: time, theirs: PROMISED_MS })),
    },
  ];
}

function startAgain(port: number, folder: string): Promise<number> {
  const { command, env } = ours("echo.py");
  const [program = "", ...words] = command(port);
  const begin = performance.now();
  let output = "";
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd: folder, env: { ...process.env, ...env } });
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 1 && output.includes("in use by")) {
        resolve(performance.now() - begin);
      } else {
        reject(new Error(`It ended with ${status}: ${output}`));
      }
    });
  });
}
