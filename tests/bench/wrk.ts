// The load: wrk, because client and server share the cores and a heavy client hides the ratio.
// Measured on a server that does nothing: 9 µs of processor time a request (autocannon: 24 µs).
// wrk connects again when the server announces `Connection: close`, and counts every other end of
// a connection as an error (both tried against a server that counts connections).

import * as os from "node:os";
import * as path from "node:path";
import { findProgram, lastLines, run } from "../../extension/tasks/workbenchSystem";

const SCRIPT = path.join(__dirname, "wrk.lua");
const SECONDS = 3;
const WARM_UP_SECONDS = 1;

export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds within which half of the requests were answered. */
  readonly p50: number;
  /**
   * Milliseconds within which 99 of 100 requests were answered. wrk counts from the request, not
   * from the connection that a closing server makes necessary: to the other's advantage, not ours.
   */
  readonly p99: number;
}

interface Figures {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** Bring wrk to the machine where that is allowed; say how to where it is not. */
export async function ensureWrk(): Promise<void> {
  if (findProgram("wrk") !== undefined) {
    return;
  }
  const mayInstall = os.userInfo().uid === 0 && findProgram("apt-get") !== undefined;
  if (!mayInstall) {
    const remedy =
      process.platform === "darwin" ? "brew install wrk" : "sudo apt-get install -y wrk";
    throw new Error(`wrk, the program that makes the load, is missing: ${remedy}`);
  }
  console.log("Installing wrk …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env });
  const { output } = await run("apt-get", ["install", "-y", "wrk"], { env });
  if (findProgram("wrk") === undefined) {
    throw new Error(`apt-get could not install wrk:\n${lastLines(output)}`);
  }
}

/** Leave the server's first requests, which import and compile, out of the figures. */
export async function warmUp(port: number, body: string, connections = 8): Promise<void> {
  await load(port, body, connections, WARM_UP_SECONDS);
}

/** Ask `/score` over so many connections, each with one request at a time, for three seconds. */
export async function load(
  port: number,
  body: string,
  connections: number,
  seconds = SECONDS,
): Promise<Load> {
  // Connections beyond the one thread would need a second core.
  const size = ["--threads", "1", "--connections", `${connections}`, "--duration", `${seconds}s`];
  const { code, output } = await run(
    "wrk",
    [...size, "--script", SCRIPT, `http://127.0.0.1:${port}/score`],
    { env: { ...process.env, BENCH_BODY: body } },
  );
  const line = output.split("\n").findLast((text) => text.startsWith("{"));
  if (code !== 0 || line === undefined) {
    throw new Error(`wrk failed:\n${lastLines(output)}`);
  }
  const { requests, microseconds, p50, p99, errors } = JSON.parse(line) as Figures;
  const failures = Object.entries(errors).filter(([, count]) => count > 0);
  if (failures.length > 0 || requests === 0) {
    const counts = failures.map(([kind, count]) => `${kind} ${count}`).join(", ");
    throw new Error(`Of ${requests} answers some were errors: ${counts || "there were none"}`);
  }
  return {
    requests,
    requestsPerSecond: (requests / microseconds) * 1e6,
    p50: p50 / 1000,
    p99: p99 / 1000,
  };
}
