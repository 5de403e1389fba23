import { type Contender, ours, published } from "./contenders";
import { type Memory, memoryOfTree } from "./processMemory";
import type { Reference } from "./reference";
import { postScore } from "./request";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";

const RUNS = 5;
const REQUESTS = 300;
const BODY = '{"data": [[1.5, 2.5]]}';
const MB = 1e6;

/**
 * What master and worker occupy after some requests. The promise is about PSS: master and worker
 * share the pages that the worker has inherited, and RSS counts those twice.
 */
export async function memory(reference: Reference): Promise<Row[]> {
  const rounds = await inTurn(RUNS, {
    ours: () => measure(ours("count_rows.py")),
    theirs: () => measure(published(reference, "count_rows.py")),
  });
  const pairs = (kind: keyof Memory) =>
    rounds.map((round) => ({ ours: round.ours[kind] / MB, theirs: round.theirs[kind] / MB }));
  return [
    {
      name: "memory: PSS of master and worker, beside published",
      unit: "MB",
      aim: { atMost: 0.7 },
      pairs: pairs("pss"),
    },
    { name: "memory: the same as RSS", unit: "MB", pairs: pairs("rss") },
  ];
}

function measure(contender: Contender): Promise<Memory> {
  return withServer(contender, BODY, async ({ port, pid }) => {
    for (let count = 0; count < REQUESTS; count += 1) {
      await postScore(port, BODY);
    }
    return memoryOfTree(pid);
  });
}
