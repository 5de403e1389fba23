const PROBE_LIMIT_MS = 2_000;

/** The status of an answer that has to come at once, over a connection of its own. */
export async function status(port: number, route: string): Promise<number> {
  const signal = AbortSignal.timeout(PROBE_LIMIT_MS);
  const headers = { Connection: "close" };
  return (await fetch(`http://127.0.0.1:${port}${route}`, { signal, headers })).status;
}

/** The text of the answer to a POST, which may take its time. */
export async function fetchText(port: number, route: string, body: string): Promise<string> {
  return (await post(port, route, body)).text();
}

/** POST JSON, or a text that is none. */
export async function post(port: number, route: string, body: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${route}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
}
