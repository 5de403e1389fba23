/** Whether a server has an API page: those that were started without --docs have none. */
export type PageState = "there" | "absent" | "unreachable";

const LIMIT_MS = 10_000;
const NOT_FOUND = 404;

export function pageAddress(url: string): string {
  return `${url}/docs`;
}

/** The query of a page with the colours of the editor around it, beside what there is of one. */
export function withColours(query: string, colours: "light" | "dark"): string {
  return [query, `colours=${colours}`].filter(Boolean).join("&");
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
