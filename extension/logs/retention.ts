/** What decides how long the log of a server that has ended stays. */
export interface EndedLog {
  readonly ended: number | undefined;
  readonly hasFailed: boolean;
  readonly isShown: boolean;
}

const MINUTE_MS = 60_000;
const ENDED_MS = 10 * MINUTE_MS;
/** Whoever looks for what went wrong takes longer. */
const FAILED_MS = 60 * MINUTE_MS;
const MOST_ENDED = 8;

/** The logs that go now: of servers that ended long ago or before many others, never one in view. */
export function outdated<Log extends EndedLog>(logs: readonly Log[], now: number): readonly Log[] {
  const ended = logs
    .filter((log) => log.ended !== undefined && !log.isShown)
    .sort((one, other) => (other.ended ?? 0) - (one.ended ?? 0));
  return ended.filter((log, index) => {
    const age = now - (log.ended ?? now);
    return index >= MOST_ENDED || age >= (log.hasFailed ? FAILED_MS : ENDED_MS);
  });
}
