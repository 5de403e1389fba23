import * as fs from "node:fs/promises";
import * as path from "node:path";

const SAMPLE = "sample-request.json";
const FOLDER = "requests";
/** Written for people and REST clients: the profiler sends bodies. */
const NOT_A_BODY = new Set([".http", ".rest", ".md", ".py"]);

/** The files that hold requests for an entry script: sample-request.json first, then requests/. */
export async function samplesOf(script: string, root: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of new Set([path.dirname(script), root])) {
    const sample = path.join(folder, SAMPLE);
    if (await isFile(sample)) {
      found.push(sample);
    }
    const requests = path.join(folder, FOLDER);
    for (const name of (await fs.readdir(requests).catch(() => [])).sort()) {
      const file = path.join(requests, name);
      const isBody = !name.startsWith(".") && !NOT_A_BODY.has(path.extname(name).toLowerCase());
      if (isBody && (await isFile(file))) {
        found.push(file);
      }
    }
  }
  return found;
}

async function isFile(file: string): Promise<boolean> {
  return (await fs.stat(file).catch(() => undefined))?.isFile() ?? false;
}
