import { type Contender, ours, published } from "./contenders";
import type { Reference } from "./reference";
import { inTurn, type Row } from "./rows";
import { withServer } from "./server";

const RUNS = 9;

/** From the start of the program in a terminal to the first 200 of `/score`. */
export async function startToFirstScore(reference: Reference): Promise<Row[]> {
  const measures = {
    ours: () => measure(ours("echo.py")),
    theirs: () => measure(published(reference, "echo.py")),
  };
  // Compiled modules and the disk cache are there from the second start on.
  await inTurn(1, measures);
  return [
    {
      name: "start: to the first 200 of POST /score, beside published",
      unit: "ms",
      aim: { atMost: 0.6 },
      pairs: await inTurn(RUNS, measures),
    },
  ];
}

function measure(contender: Contender): Promise<number> {
  return withServer(contender, "{}", async ({ startedIn }) => startedIn);
}
