import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { EXAMPLE, pythonOf } from "../../extension/tasks/project";

/** Holds numpy and scikit-learn and nothing of ours: what a user's environment looks like. */
export const USER_ENVIRONMENT = path.join(EXAMPLE, ".venv");
export const USER_PYTHON = pythonOf(USER_ENVIRONMENT);

export const ECHO = "def init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n";

/** A workspace folder with these files and the user's environment; removed when the test ends. */
export async function withWorkspace<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-test-"));
  const folder = path.join(root, "workspace");
  try {
    fs.mkdirSync(folder);
    fs.symlinkSync(USER_ENVIRONMENT, path.join(folder, ".venv"), "junction");
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    return await use(folder);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

/** The example's own files, without its environment. */
export function exampleFiles(): Record<string, string> {
  const read = (name: string) => fs.readFileSync(path.join(EXAMPLE, name), "utf8");
  return { "score.py": read("score.py"), "sample-request.json": read("sample-request.json") };
}

/** Put the example's trained model into a workspace. */
export function copyModel(folder: string): void {
  fs.cpSync(path.join(EXAMPLE, "model"), path.join(folder, "model"), { recursive: true });
}

/** The number of the first line that contains a text. */
export function lineOf(source: string, text: string): number {
  const index = source.split("\n").findIndex((line) => line.includes(text));
  if (index < 0) {
    throw new Error(`No line contains ${text}`);
  }
  return index + 1;
}

/** The address that the server printed to the Debug Console. */
export function scoreUrl(console: string): string {
  const [, url] = /(http:\/\/127\.0\.0\.1:\d+\/score)/.exec(console) ?? [];
  // The banner may have been scrolled out of what is rendered.
  const [, port] =
    /(?:Score:\s+POST\s+|Listening at: http:\/\/)127\.0\.0\.1:(\d+)/.exec(console) ?? [];
  if (!url && !port) {
    throw new Error(`The Debug Console shows no address:\n${console}`);
  }
  return url ?? `http://127.0.0.1:${port}/score`;
}
