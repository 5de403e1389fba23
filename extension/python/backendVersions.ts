import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ISOLATED } from "./backend";
import type { PythonService } from "./service";

const run = promisify(execFile);
const LIMIT_MS = 15_000;

/** What the interpreter and the backend say of themselves; a reason where they do not run. */
export async function backendVersions(
  python: PythonService,
  folder: string | undefined,
): Promise<Record<string, string>> {
  const interpreter = await python.interpreter(undefined, folder);
  if ("message" in interpreter) {
    return { Python: interpreter.message };
  }
  const { executable, activation } = interpreter;
  const ask = async (...words: string[]) => {
    const env = { ...process.env, ...activation };
    try {
      const { stdout } = await run(executable, words, { env, timeout: LIMIT_MS });
      return stdout.trim();
    } catch (error) {
      return `does not run: ${(error as Error).message.split("\n")[0]}`;
    }
  };
  const [version, backend] = await Promise.all([
    ask(...ISOLATED, "--version"),
    ask(...ISOLATED, python.bootstrap, "--version"),
  ]);
  return { Python: `${version} (${executable})`, Backend: backend };
}
