import * as path from "node:path";
import type { CommandEnd } from "../common/commandRun";
import type { Problem } from "../common/problem";
import { type Failure, failureOf } from "./failure";

/** How a subcommand has ended: with what it printed, with a problem, or called off by the user. */
export type Outcome<T> =
  | { readonly kind: "printed"; readonly value: T }
  | ({ readonly kind: "failed" } & Failure)
  | { readonly kind: "cancelled" };

/** What the end of a command means; `cwd` is the folder it ran in. */
export function outcomeOf<T>(end: CommandEnd, isCalledOff: boolean, cwd: string): Outcome<T> {
  if (isCalledOff) {
    return { kind: "cancelled" };
  }
  return end.code === 0
    ? { kind: "printed", value: JSON.parse(end.stdout) as T }
    : { kind: "failed", ...failureOf(end, (file) => path.resolve(cwd, file)) };
}

/**
 * Do something that may find its place taken, and then again with `--force`, if the user allows it.
 *
 * @param attempt does it, with these further options.
 * @param mayReplace asks the user.
 */
export async function replacing<T>(
  attempt: (...options: string[]) => Promise<Outcome<T>>,
  mayReplace: (problem: Problem) => Promise<boolean>,
): Promise<Outcome<T>> {
  const outcome = await attempt();
  if (outcome.kind !== "failed" || !outcome.exists) {
    return outcome;
  }
  return (await mayReplace(outcome.problem)) ? attempt("--force") : { kind: "cancelled" };
}
