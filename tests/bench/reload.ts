import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ours } from "./contenders";
import { postScore } from "./request";
import type { Row } from "./rows";
import { withServer } from "./server";

const RUNS = 9;
const PROMISED_MS = 300;
const LIMIT_MS = 20_000;
const POLL_MS = 2;

/** From saving the script to the first answer of the new code, where `init()` takes no time. */
export async function reload(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const front of ["gunicorn", "waitress"]) {
    const times = await measure(front);
    rows.push({
      name: `reload: save to new answer, ${front}, beside the promise`,
      unit: "ms",
      aim: { atMost: 1 },
      pairs: times.map((time) => ({ ours: time, theirs: PROMISED_MS })),
    });
  }
  return rows;
}

function measure(front: string): Promise<number[]> {
  const contender = ours("echo.py", "--reload", "--server", front);
  return withServer(contender, "{}", async ({ port, folder }) => {
    const times: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const answer = `code ${run}`;
      const begin = performance.now();
      fs.writeFileSync(
        path.join(folder, contender.copiedTo),
        `def init():\n    pass\n\n\ndef run(data):\n    return "${answer}"\n`,
      );
      while (!(await postScore(port, "{}")).text.includes(answer)) {
        if (performance.now() - begin > LIMIT_MS) {
          throw new Error("The new code does not answer.");
        }
        await delay(POLL_MS);
      }
      times.push(performance.now() - begin);
    }
    // The first one finds nothing in the caches.
    return times.slice(1);
  });
}
