import { execFile } from "node:child_process";
import type { Problem } from "../common/problem";
import { ISOLATED } from "./backend";
import type { WatchPython } from "./serverWatch";

/** `azmlinfsrv stop PID`: end a server, whoever has started it; a problem when it goes on. */
export async function stopServer(
  python: WatchPython,
  folder: string | undefined,
  pid: number,
): Promise<Problem | undefined> {
  const interpreter = await python.interpreter(undefined, folder);
  if ("message" in interpreter) {
    return interpreter;
  }
  const words = [...ISOLATED, python.bootstrap, "stop", String(pid)];
  return new Promise((resolve) => {
    execFile(interpreter.executable, words, (error, _, stderr) => {
      const lastWords = stderr.trim().split("\n").at(-1) || error?.message;
      resolve(
        error
          ? { message: String(lastWords).replace(/^azmlinfsrv stop: /, ""), actions: [] }
          : undefined,
      );
    });
  });
}
