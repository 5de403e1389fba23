import type { SessionReport } from "../common/sessionReport";
import { samePath } from "./samePath";

/** A server that a debug session of this window has launched, as far as that one has told. */
export interface LaunchedServer {
  readonly sessionId: string;
  readonly entryScript: string;
  readonly state: "starting" | "ready" | "failed";
  /** Known when it listens. */
  readonly address: { readonly url: string; readonly pid: number } | undefined;
  /** When the session began, in milliseconds. */
  readonly since: number;
  /** Why the script cannot be served. */
  readonly reason: string | undefined;
}

/** What becomes of the servers of this window by a report; the youngest first. */
export function afterReport(
  servers: readonly LaunchedServer[],
  report: SessionReport,
  now: number,
): readonly LaunchedServer[] {
  const change = (changes: Partial<LaunchedServer>) =>
    servers.map((each) => (each.sessionId === report.sessionId ? { ...each, ...changes } : each));
  switch (report.kind) {
    case "opened": {
      const { sessionId, entryScript } = report;
      const fresh = { sessionId, entryScript, state: "starting", since: now } as const;
      // Whoever starts the script again knows that it has failed.
      const others = servers.filter(
        (each) =>
          each.sessionId !== sessionId &&
          !(each.state === "failed" && samePath(each.entryScript, entryScript)),
      );
      return [{ ...fresh, address: undefined, reason: undefined }, ...others];
    }
    case "listening":
      return change({ address: { url: report.url, pid: report.pid } });
    case "ready":
      return change({ state: "ready" });
    case "failed":
      return change({ state: "failed", reason: report.reason });
    case "ended":
      return servers.filter(
        (each) => each.sessionId !== report.sessionId || each.state === "failed",
      );
    case "reloaded":
      return servers;
  }
}
