// `npm run bench`: the speeds this project promises, beside the published server, as ratios.

import { packageExtension } from "../../extension/tasks/package";
import { f5ToFirstAnswer } from "./f5ToFirstAnswer";
import { provisionReference } from "./reference";

/** One promise: pairs of measurements taken in turn, ours and the published server's. */
export interface Row {
  readonly name: string;
  /** The ratio ours / theirs that is promised. */
  readonly aim: number;
  readonly pairs: readonly { readonly ours: number; readonly theirs: number }[];
}

async function main(): Promise<void> {
  await packageExtension();
  const reference = await provisionReference();
  const rows = [await f5ToFirstAnswer(reference)];
  console.log(
    `\n${"row".padEnd(42)}${"ours".padStart(9)}${"theirs".padStart(9)}   ratio (min–max)   aim`,
  );
  for (const { name, aim, pairs } of rows) {
    const ours = median(pairs.map((pair) => pair.ours));
    const theirs = median(pairs.map((pair) => pair.theirs));
    const ratios = pairs.map((pair) => pair.ours / pair.theirs);
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    console.log(
      `${name.padEnd(42)}${milliseconds(ours)}${milliseconds(theirs)}` +
        `   ${median(ratios).toFixed(2)} (${range})  ≤ ${aim.toFixed(2)}`,
    );
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function milliseconds(value: number): string {
  return `${value.toFixed(0)} ms`.padStart(9);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
