import * as fs from "node:fs/promises";
import { parse } from "dotenv";

export type Variables = Readonly<Record<string, string>>;

export type EnvironmentFile =
  | { readonly kind: "read"; readonly variables: Record<string, string> }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The variables in a file; `known` are those that its values may refer to. */
export async function readEnvironmentFile(
  file: string,
  known: NodeJS.ProcessEnv,
): Promise<EnvironmentFile> {
  try {
    const content = await fs.readFile(file);
    const parsed = parse(content);
    return { kind: "read", variables: expandReferences(parsed, known) };
  } catch (error) {
    return { kind: "unreadable", reason: (error as Error).message };
  }
}

/**
 * Replace `${NAME}` and `${env:NAME}` as VS Code's Python documentation promises it for .env files:
 * by a variable of the file above, else by one of the environment, else by nothing.
 *
 * dotenv-expand would also take `$NAME`, which passwords contain, and prefer the environment's
 * value to the file's.
 */
export function expandReferences(
  parsed: Variables,
  known: NodeJS.ProcessEnv,
): Record<string, string> {
  const expanded: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    expanded[name] = value.replace(
      /(\\?)\$\{(?:env:)?([A-Za-z_]\w*)\}/g,
      (written, backslash, other) =>
        backslash ? written.slice(1) : (expanded[other] ?? known[other] ?? ""),
    );
  }
  return expanded;
}
