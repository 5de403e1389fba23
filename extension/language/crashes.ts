const MAX_CRASHES = 4;
const PERIOD_MS = 3 * 60_000;

/** Decides whether a server that has ended by itself is started again. */
export class Crashes {
  private readonly times: number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts one more; false when the server has ended too often in a short time. */
  mayRestart(): boolean {
    const now = this.now();
    this.times.push(now);
    while ((this.times[0] ?? now) < now - PERIOD_MS) {
      this.times.shift();
    }
    return this.times.length < MAX_CRASHES;
  }

  /** Whoever asks for a restart starts counting anew. */
  forget(): void {
    this.times.length = 0;
  }
}

/** What a process said last: of a Python traceback the line that names the error. */
export function lastWords(stderr: string): string | undefined {
  return stderr
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1);
}
