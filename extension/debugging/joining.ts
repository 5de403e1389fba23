import * as l10n from "@vscode/l10n";
import type { Problem } from "../common/problem";

/** A session that takes longer does not come any more; its user is told within 5 s. */
export const JOIN_LIMIT_MS = 4_000;

export type Joining = "joined" | "refused" | "late";

/** How a start of a session ends: `start` may say no, fail, or never come back. */
export async function joining(
  start: PromiseLike<boolean>,
  limitMs: number = JOIN_LIMIT_MS,
): Promise<Joining> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Joining>((resolve) => {
    timer = setTimeout(() => resolve("late"), limitMs);
  });
  try {
    const started = Promise.resolve(start).then(
      (joined): Joining => (joined ? "joined" : "refused"),
      (): Joining => "refused",
    );
    return await Promise.race([started, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What to tell the user of a process that the debugger has not joined. */
export function joinFailure(name: string, how: Exclude<Joining, "joined">): Problem {
  return {
    message:
      how === "late"
        ? l10n.t(
            "{0} has not joined the debugger yet. It waits, and requests that it gets are not answered. Restart to try again.",
            name,
          )
        : l10n.t(
            "{0} could not join the debugger. It waits, and requests that it gets are not answered. Restart to try again.",
            name,
          ),
    actions: [{ kind: "restart" }, { kind: "showLog" }],
  };
}
