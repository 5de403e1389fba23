import * as net from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 20;

/** Post a JSON body, as a client of the server does. */
export async function post(url: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, text: await response.text() };
}

/** Wait until a port can be listened on; returns the milliseconds that took. */
export async function untilFree(port: number, limitMs = 10_000): Promise<number> {
  const started = performance.now();
  while (performance.now() - started < limitMs) {
    if (await canListen(port)) {
      return performance.now() - started;
    }
    await delay(POLL_MS);
  }
  throw new Error(`Port ${port} is still in use after ${limitMs / 1000} s.`);
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
