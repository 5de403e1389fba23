import { type Contender, fastApi, ours, published } from "./contenders";
import type { Reference } from "./reference";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";
import { ensureWrk, type Load, load, warmUp } from "./wrk";

const ROUNDS = 5;
const ROWS = Array.from({ length: 10 }, (_, row) => [row + 0.25, row / 7]);
const BODY = JSON.stringify({ data: ROWS });

interface Speed {
  readonly alone: Load;
  readonly busy: Load;
}

/** Requests answered per second, and how long one waits, by one worker whose run() parses JSON. */
export async function scoreSpeed(reference: Reference): Promise<Row[]> {
  await ensureWrk();
  const rounds = await inTurn(ROUNDS, {
    ours: () => measure(ours("count_rows.py")),
    published: () => measure(published(reference, "count_rows.py")),
    fastApi: () => measure(fastApi(reference, "count_rows_fastapi.py")),
  });
  const pairs = (other: "published" | "fastApi", figure: (speed: Speed) => number) =>
    rounds.map((round) => ({ ours: figure(round.ours), theirs: figure(round[other]) }));
  const alone = (speed: Speed) => speed.alone.requestsPerSecond;
  const busy = (speed: Speed) => speed.busy.requestsPerSecond;
  return [
    {
      name: "score: requests, 1 connection, beside published",
      unit: "/s",
      aim: { atLeast: 2, target: 2.3 },
      pairs: pairs("published", alone),
    },
    {
      name: "score: requests, 8 connections, beside published",
      unit: "/s",
      aim: { atLeast: 3.5, target: 5 },
      pairs: pairs("published", busy),
    },
    {
      name: "score: requests, 1 connection, beside FastAPI and uvicorn",
      unit: "/s",
      aim: { atLeast: 1 },
      pairs: pairs("fastApi", alone),
    },
    {
      name: "score: requests, 8 connections, beside FastAPI and uvicorn",
      unit: "/s",
      aim: { atLeast: 1.3 },
      pairs: pairs("fastApi", busy),
    },
    {
      name: "score: p99 of the latency, 8 connections, beside published",
      unit: "ms",
      aim: { atMost: 0.6 },
      pairs: pairs("published", (speed) => speed.busy.p99),
    },
  ];
}

/** A new process every round: two starts of one program can differ more than two rounds. */
function measure(contender: Contender): Promise<Speed> {
  return withServer(contender, BODY, async ({ port, firstAnswer }) => {
    const { n } = JSON.parse(firstAnswer.text) as { n?: unknown };
    if (n !== ROWS.length) {
      throw new Error(`A wrong answer: ${firstAnswer.text}`);
    }
    await warmUp(port, BODY);
    return { alone: await load(port, BODY, 1), busy: await load(port, BODY, 8) };
  });
}
