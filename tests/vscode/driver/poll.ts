import { setTimeout as delay } from "node:timers/promises";

export const DEFAULT_TIMEOUT_MS = 20_000;
const INTERVAL_MS = 40;

/** What a look at the page gave: the awaited value, or what was there instead. */
export type Look<T> = { found: T } | { seen: unknown };

/** Looks again until the state is there; the error says what was expected and what was seen. */
export async function until<T>(
  expected: string,
  look: () => Promise<Look<T>>,
  timeout = DEFAULT_TIMEOUT_MS,
  context: () => Promise<string> = async () => "",
): Promise<T> {
  const deadline = Date.now() + timeout;
  let seen: unknown = "nothing";
  do {
    const result = await look();
    if ("found" in result) return result.found;
    seen = result.seen;
    await delay(INTERVAL_MS);
  } while (Date.now() < deadline);
  const shown = typeof seen === "string" ? seen : JSON.stringify(seen, undefined, 1);
  const more = await context().catch(() => "");
  throw new Error(`Expected within ${timeout / 1000} s: ${expected}\nSeen: ${shown}${more}`);
}

export function matches(pattern: string | RegExp, text: string): boolean {
  return typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
}
