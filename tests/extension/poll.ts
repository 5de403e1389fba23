import { setTimeout as delay } from "node:timers/promises";

const LIMIT_MS = 15_000;
const POLL_MS = 25;

/** Wait until a condition holds; fail with what it is after a while. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${LIMIT_MS / 1000} s`);
    }
    await delay(POLL_MS);
  }
}
