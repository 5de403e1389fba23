/** Numbers for the processes of one server, so that a worker's name outlives the worker. */
export class WorkerNumbers {
  private readonly holders = new Map<number, number>();

  constructor(private readonly isRunning: (pid: number) => boolean = isProcess) {}

  /** The first number from 1 that no running process has. */
  claim(pid: number): number {
    let number = 1;
    // A worker that has died is asked for, not waited for: the one that replaces it may be
    // announced before VS Code has noticed that the session has ended.
    for (;;) {
      const holder = this.holders.get(number);
      if (holder === undefined || !this.isRunning(holder)) {
        this.holders.set(number, pid);
        return number;
      }
      number += 1;
    }
  }
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
