/** Measurements taken in turn: of the same thing, ours and the other's. */
export interface Pair {
  readonly ours: number;
  readonly theirs: number;
}

/** What is promised of the ratio; `target` is what we work for beyond the promise. */
export type Aim =
  | { readonly atLeast: number; readonly target?: number }
  | { readonly atMost: number; readonly target?: number };

/** One promise, or (without an aim) one figure that helps to read the promise beside it. */
export interface Row {
  readonly name: string;
  readonly unit: "ms" | "/s" | "MB" | "×";
  readonly aim?: Aim;
  readonly pairs: readonly Pair[];
  /** Ours / theirs unless the promise is about something else. */
  readonly ratioOf?: (pair: Pair) => number;
}

/**
 * Measure several things in turn, in the other direction every second round: a machine that grows
 * slower or faster meanwhile then favours none of them.
 */
export async function inTurn<Name extends string, T>(
  rounds: number,
  measures: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T>[]> {
  const names = Object.keys(measures) as Name[];
  const results: Record<Name, T>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const result = {} as Record<Name, T>;
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      result[name] = await measures[name]();
    }
    results.push(result);
  }
  return results;
}

/** Numbers of which as many are smaller as are larger. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

export function ratiosOf({ pairs, ratioOf }: Row): number[] {
  return pairs.map(ratioOf ?? (({ ours, theirs }) => ours / theirs));
}

export function isReached(aim: Aim, ratio: number): boolean {
  return "atLeast" in aim ? ratio >= aim.atLeast : ratio <= aim.atMost;
}
