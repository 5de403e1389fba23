import * as path from "node:path";

/**
 * What an entry script is called: in a repository they are all named score.py, so all but the one in
 * the only folder of the window are called after their folder, too.
 */
export function scriptName(script: string, folders: readonly string[]): string {
  const folder = path.dirname(script);
  const [only, ...others] = folders;
  const isPlain = only === undefined || (others.length === 0 && path.relative(only, folder) === "");
  const parent = path.basename(folder);
  return isPlain || parent === "" ? path.basename(script) : `${parent}/${path.basename(script)}`;
}
