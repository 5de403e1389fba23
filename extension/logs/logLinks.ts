import * as path from "node:path";
import { parseLine, requestIdOf } from "./logLine";

/** A part of a line that leads somewhere. */
export type LogLink = { readonly start: number; readonly end: number } & (
  | { readonly kind: "request"; readonly id: string }
  | { readonly kind: "place"; readonly file: string; readonly line: number }
);

/** Python's own way to name a place: `File "score.py", line 3`. */
const TRACEBACK_PLACE = /File "([^"<>\n]{1,1000})", line (\d{1,7})/g;
/** And everybody else's: `/home/me/score.py:3`. */
const PLACE = /(?<![\w./\\:-])((?:[A-Za-z]:)?[\w./\\-]{1,1000}\.py):(\d{1,7})\b/g;

/** The links of one line. */
export function linksOf(text: string): readonly LogLink[] {
  const links: LogLink[] = [];
  const id = requestIdOf(parseLine(text)?.message ?? text);
  if (id !== undefined) {
    const start = text.length - id.length - 1;
    links.push({ kind: "request", start, end: start + id.length, id });
  }
  for (const pattern of [TRACEBACK_PLACE, PLACE]) {
    for (const match of text.matchAll(pattern)) {
      const [whole, file = "", line] = match;
      const start = match.index;
      links.push({ kind: "place", start, end: start + whole.length, file, line: Number(line) });
    }
  }
  return links;
}

/** Where a file of a link may be: as it is, or below one of the folders. */
export function candidates(file: string, folders: readonly string[]): readonly string[] {
  return path.isAbsolute(file) ? [file] : folders.map((folder) => path.join(folder, file));
}
