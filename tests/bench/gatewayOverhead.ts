import { ours } from "./contenders";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";
import { ensureWrk, load, warmUp } from "./wrk";

const ROUNDS = 7;
const BODY = JSON.stringify({ data: [[0.25, 1.5]] });
const SCRIPT = "count_rows.py";

/** What a gateway in front of a server adds to the time that one request takes. */
export async function gatewayOverhead(): Promise<Row[]> {
  await ensureWrk();
  const behind = ["--gateway", "managed", "--requests_per_second", "0"];
  const pairs = await inTurn(ROUNDS, {
    ours: () => measure(behind),
    theirs: () => measure([]),
  });
  return [
    {
      name: "gateway: p50 of the latency, and what it adds to the server's",
      unit: "ms",
      aim: { atMost: 1, target: 0.5 },
      pairs,
      ratioOf: ({ ours: through, theirs: direct }) => through - direct,
    },
  ];
}

function measure(options: readonly string[]): Promise<number> {
  return withServer(ours(SCRIPT, ...options), BODY, async ({ port }) => {
    await warmUp(port, BODY, 1);
    return (await load(port, BODY, 1)).p50;
  });
}
