import type { PythonService } from "./service";

/** Where a running server keeps its last lines; undefined where it does not, or nobody can tell. */
export async function logFileOf(
  python: PythonService,
  folder: string | undefined,
  pid: number,
): Promise<string | undefined> {
  const rows = await python.runningServerRows<{
    readonly pid: number;
    readonly log_file: string | null;
  }>(folder);
  return "message" in rows
    ? undefined
    : (rows.find((row) => row.pid === pid)?.log_file ?? undefined);
}
