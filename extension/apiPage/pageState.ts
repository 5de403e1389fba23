/** Whether a server has an API page: those that were started without --docs have none. */
export type PageState = "there" | "absent" | "unreachable";

const LIMIT_MS = 10_000;
const NOT_FOUND = 404;

export function pageAddress(url: string): string {
  return `${url}/docs`;
}

/** Ask a server for its page. It answers at once, even while run() is busy or paused. */
export async function pageState(url: string): Promise<PageState> {
  try {
    const answer = await fetch(pageAddress(url), {
      method: "HEAD",
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    return answer.status === NOT_FOUND ? "absent" : "there";
  } catch {
    return "unreachable";
  }
}
