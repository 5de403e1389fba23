/**
 * Runs one thing at a time, and of what is asked for meanwhile only the latest: ten changed
 * settings are one restart, and no start ever meets a stop that is under way.
 */
export class SerialQueue {
  private running: Promise<void> = Promise.resolve();
  private waiting: (() => Promise<void>) | undefined;

  /** Resolves when the action, or a later one that took its place, is done. */
  run(action: () => Promise<void>): Promise<void> {
    const isQueued = this.waiting !== undefined;
    this.waiting = action;
    if (!isQueued) {
      const perform = async (): Promise<void> => {
        const next = this.waiting;
        this.waiting = undefined;
        await next?.();
      };
      // Whoever asked for what failed hears of it; the next one is not concerned.
      this.running = this.running.then(perform, perform);
    }
    return this.running;
  }

  /** Resolves when what has been asked for is done, however it went. */
  idle(): Promise<void> {
    return this.running.catch(() => undefined);
  }
}
