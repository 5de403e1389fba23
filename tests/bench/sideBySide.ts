import type { Pair } from "./rows";
import { load, warmUp } from "./wrk";

const TURNS = 3;
const SECONDS = 1;

/**
 * Requests per second of two servers that run at the same time, by their ports.
 *
 * For ratios close to 1: short turns in the order A B B A, each a pair, so that a machine that
 * grows slower or faster meanwhile counts alike for both.
 */
export async function sideBySide(
  ours: number,
  theirs: number,
  body: string,
  connections: number,
): Promise<Pair[]> {
  const speed = async (port: number) =>
    (await load(port, body, connections, SECONDS)).requestsPerSecond;
  await warmUp(ours, body);
  await warmUp(theirs, body);
  const pairs: Pair[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const first = await speed(ours);
    const other = (await speed(theirs)) + (await speed(theirs));
    pairs.push({ ours: (first + (await speed(ours))) / 2, theirs: other / 2 });
  }
  return pairs;
}
