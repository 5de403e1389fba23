import { execFile } from "node:child_process";

/**
 * End whatever is left of a debuggee that debugpy's launcher started.
 *
 * The launcher makes the debuggee the leader of its own process group (on Windows: of a job) and
 * ends that group itself. This is for the cases in which the launcher or the adapter died first.
 */
export function endProcessGroup(leader: number): void {
  if (process.platform === "win32") {
    execFile("taskkill", ["/pid", String(leader), "/T", "/F"], () => undefined);
    return;
  }
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nothing is left of it.
  }
}
