import { processorSeconds } from "./processTime";
import type { Pair } from "./rows";
import type { Server } from "./server";
import { load, warmUp } from "./wrk";

const TURNS = 3;
const SECONDS = 1;

/** Requests that two servers answered, in pairs. */
export interface Throughput {
  /** For each second. */
  readonly perSecond: readonly Pair[];
  /** For each second that the server computed: the same whatever else the machine has to do. */
  readonly perProcessorSecond: readonly Pair[];
}

/**
 * Compare two servers that run at the same time.
 *
 * For ratios close to 1: short turns in the order A B B A make a pair, so that a machine that grows
 * slower or faster meanwhile counts alike for both.
 */
export async function sideBySide(
  ours: Server,
  theirs: Server,
  body: string,
  connections: number,
): Promise<Throughput> {
  await warmUp(ours.port, body);
  await warmUp(theirs.port, body);
  const perSecond: Pair[] = [];
  const perProcessorSecond: Pair[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const first = await measure(ours, body, connections);
    const others = [
      await measure(theirs, body, connections),
      await measure(theirs, body, connections),
    ];
    const own = [first, await measure(ours, body, connections)];
    perSecond.push({ ours: rate(own, "seconds"), theirs: rate(others, "seconds") });
    perProcessorSecond.push({ ours: rate(own, "computed"), theirs: rate(others, "computed") });
  }
  return { perSecond, perProcessorSecond };
}

interface Burst {
  readonly requests: number;
  readonly seconds: number;
  /** Seconds of the server's own. */
  readonly computed: number;
}

async function measure({ port, pid }: Server, body: string, connections: number): Promise<Burst> {
  const before = processorSeconds(pid);
  const { requests, requestsPerSecond } = await load(port, body, connections, SECONDS);
  const computed = processorSeconds(pid) - before;
  return { requests, seconds: requests / requestsPerSecond, computed };
}

function rate(bursts: readonly Burst[], time: "seconds" | "computed"): number {
  const sum = (figure: keyof Burst) => bursts.reduce((total, burst) => total + burst[figure], 0);
  return sum("requests") / sum(time);
}
