import { type Contender, ours, published } from "./contenders";
import { peakGrowth } from "./processMemory";
import type { Reference } from "./reference";
import { postScore } from "./request";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";

const RUNS = 5;
const FIRST_REQUESTS = 20;
const BODY = Buffer.alloc(20 * 1024 * 1024, "[1.25, 0.5], ");

/**
 * How often a large body is in memory at once, at the worst moment: by how much the server's
 * processes grew, divided by the size of the body. The promise is about ours alone.
 */
export async function largeBody(reference: Reference): Promise<Row[]> {
  const pairs = await inTurn(RUNS, {
    ours: () => measure(ours("measure_body.py")),
    theirs: () => measure(published(reference, "measure_body.py")),
  });
  return [
    {
      name: "body: growth by a body of 20 MB, in sizes of the body (ours alone)",
      unit: "×",
      aim: { atMost: 4 },
      pairs,
      ratioOf: (pair) => pair.ours,
    },
  ];
}

function measure(contender: Contender): Promise<number> {
  return withServer(contender, "{}", async ({ port, pid }) => {
    // What the first requests import is no part of what a body costs.
    for (let count = 0; count < FIRST_REQUESTS; count += 1) {
      await postScore(port, "{}");
    }
    const growth = await peakGrowth(pid, async () => {
      const { status, text } = await postScore(port, BODY);
      if (status !== 200 || text.trim() !== `${BODY.length}`) {
        throw new Error(`A wrong answer: ${status} ${text.slice(0, 200)}`);
      }
    });
    return growth / BODY.length;
  });
}
