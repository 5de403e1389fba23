import { ours } from "./contenders";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";
import { ensureWrk, load, warmUp } from "./wrk";

const ROUNDS = 5;
const BODY = "{}";

/** How much more two workers answer than one where run() computes: both are ours. */
export async function twoWorkers(): Promise<Row[]> {
  await ensureWrk();
  const pairs = await inTurn(ROUNDS, { ours: () => measure(2), theirs: () => measure(1) });
  return [
    {
      name: "workers: requests of 5 ms, 2 workers beside 1 (both ours)",
      unit: "/s",
      aim: { atLeast: 1.7 },
      pairs,
    },
  ];
}

function measure(workers: number): Promise<number> {
  const contender = ours("keep_busy.py", "--worker_count", `${workers}`);
  return withServer(contender, BODY, async ({ port }) => {
    await warmUp(port, BODY);
    return (await load(port, BODY, 8)).requestsPerSecond;
  });
}
