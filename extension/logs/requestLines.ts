import { parseLine, requestIdOf } from "./logLine";

/** The lines that belong to a request: what was logged with its id, tracebacks included. */
export function linesOfRequest(lines: readonly string[], id: string): readonly string[] {
  return entriesOf(lines)
    .filter((entry) => idOfEntry(entry) === id)
    .flat();
}

/** A line of the format begins an entry; what follows without one belongs to it. */
function entriesOf(lines: readonly string[]): string[][] {
  const entries: string[][] = [];
  for (const line of lines) {
    const last = entries.at(-1);
    if (last && !parseLine(line)) {
      last.push(line);
    } else {
      entries.push([line]);
    }
  }
  return entries;
}

const TRACEBACK = "Traceback (most recent call last):";

/** The id ends the message, which may have several lines, and comes before a traceback. */
function idOfEntry(entry: readonly string[]): string | undefined {
  if (!parseLine(entry[0] ?? "")) {
    return undefined;
  }
  const end = entry.indexOf(TRACEBACK);
  for (const line of end < 0 ? entry : entry.slice(0, end)) {
    const id = requestIdOf(parseLine(line)?.message ?? line);
    if (id !== undefined) {
      return id;
    }
  }
  return undefined;
}
