import { type ChildProcess, execFile, spawn } from "node:child_process";
import * as l10n from "@vscode/l10n";

/** A command line of the backend, and where it runs. */
export interface CommandLine {
  readonly executable: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** How a command has ended; `code` is null if it could not be started or was ended by a signal. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  /** The last line on standard error that the listener did not take. */
  readonly lastLine: string;
}

/**
 * Run a command that takes its time. Each line on standard error goes to the listener, who returns
 * whether it was for him. An abort interrupts the command as Ctrl+C does, and waits for its end.
 */
export function runCommand(
  { executable, words, cwd, env }: CommandLine,
  onLine: (line: string) => boolean,
  abort: AbortSignal,
): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn(executable, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => interrupt(child);
    let stdout = "";
    let rest = "";
    let lastLine = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (!onLine(line)) {
          lastLine = line.trim() || lastLine;
        }
      }
    });
    child.on("error", (error) => {
      abort.removeEventListener("abort", end);
      lastLine = l10n.t("{0} does not work: {1}", executable, error.message);
      resolve({ code: null, stdout, lastLine });
    });
    child.on("close", (code) => {
      abort.removeEventListener("abort", end);
      resolve({ code, stdout, lastLine: rest.trim() || lastLine });
    });
    abort.addEventListener("abort", end, { once: true });
    if (abort.aborted) {
      end();
    }
  });
}

function interrupt(child: ChildProcess): void {
  if (process.platform === "win32" && child.pid !== undefined) {
    // There are no signals: what it has started is ended with it, and nothing is tidied up.
    execFile("taskkill", ["/pid", String(child.pid), "/T", "/F"], () => undefined);
    return;
  }
  child.kill("SIGINT");
}
