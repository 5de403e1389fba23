import { maskSecrets } from "./maskSecrets";

/** What helps whoever looks into an issue. */
export interface IssueFacts {
  readonly versions: Readonly<Record<string, string>>;
  /** The settings that differ from their defaults. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly logs: readonly { readonly name: string; readonly lines: readonly string[] }[];
  readonly home: string;
}

const MOST_LINES = 60;

/** The issue as Markdown, for the user to complete; nothing secret and no name of the user in it. */
export function issueReport({ versions, settings, logs, home }: IssueFacts): string {
  const rows = Object.entries(versions).map(([name, version]) => `| ${name} | ${version} |`);
  const changed = Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)]);
  const text = [
    ...["## What happens", "", "", "## What should happen", "", "", "## How to see it", "", ""],
    ...["## Versions", "", "| | |", "|---|---|", ...rows, ""],
    ...["## Settings that differ from the defaults", ""],
    ...(changed.length > 0
      ? fenced(
          "json",
          changed.map(([name, value]) => `"${name}": ${value}`),
        )
      : ["None.", ""]),
    ...logs.flatMap(({ name, lines }) => [
      `## ${name}, last lines`,
      "",
      ...(lines.length > 0 ? fenced("text", lines.slice(-MOST_LINES)) : ["Empty.", ""]),
    ]),
  ];
  return withoutHome(maskSecrets(text.join("\n")), home);
}

function fenced(language: string, lines: readonly string[]): readonly string[] {
  // Longer than any fence within.
  const runs = lines.flatMap((line) => line.match(/`{3,}/g) ?? []).map((run) => run.length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}${language}`, ...lines, fence, ""];
}

/** The home folder names its user; also as JSON and as an address write it. */
function withoutHome(text: string, home: string): string {
  if (home.length < 2) {
    return text;
  }
  const spellings = [
    home,
    home.replaceAll("\\", "\\\\"),
    home.replaceAll("\\", "/"),
    encodeURI(home),
  ];
  return spellings.reduce((result, spelling) => result.replaceAll(spelling, "~"), text);
}
