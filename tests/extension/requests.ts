const PROBE_LIMIT_MS = 2_000;

/** The status of an answer that has to come at once, over a connection of its own. */
export async function status(
  port: number,
  route: string,
  limitMs = PROBE_LIMIT_MS,
): Promise<number> {
  const signal = AbortSignal.timeout(limitMs);
  const headers = { Connection: "close" };
  return (await fetch(`http://127.0.0.1:${port}${route}`, { signal, headers })).status;
}

/**
 * The text of the answer to a POST. It may be looked at much later: a test that fails meanwhile
 * fails for its own reason, not for this request that the end of its server cuts off.
 */
export function fetchText(port: number, route: string, body: string): Promise<string> {
  const text = post(port, route, body).then((response) => response.text());
  text.catch(() => undefined);
  return text;
}

/** POST JSON, or a text that is none. */
async function post(port: number, route: string, body: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${route}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
}
