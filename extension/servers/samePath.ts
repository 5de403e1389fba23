import * as path from "node:path";

/** Whether two absolute paths name the same file, as far as their spelling tells. */
export function samePath(one: string, other: string): boolean {
  const [left, right] = [path.normalize(one), path.normalize(other)];
  return process.platform === "win32" ? left.toLowerCase() === right.toLowerCase() : left === right;
}
