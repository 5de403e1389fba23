import { type ChildProcess, spawn } from "node:child_process";
import * as readline from "node:readline";
import { log } from "../common/log";
import type { Problem } from "../common/problem";
import { ISOLATED } from "./backend";

/** A process that ends by itself is started again, though not at once: it may end again. */
const AGAIN_MS = 5_000;

/** What the watch needs of the Python side. */
export interface WatchPython {
  readonly bootstrap: string;
  interpreter(
    attribute: string | undefined,
    folder: string | undefined,
  ): Promise<{ readonly executable: string } | Problem>;
}

/** `azmlinfsrv ps --json --watch`: tells which servers run whenever something has changed. */
export class ServerWatch<Row> {
  private child: ChildProcess | undefined;
  private again: NodeJS.Timeout | undefined;
  private over = false;

  constructor(
    private readonly python: WatchPython,
    private readonly folder: string | undefined,
    private readonly listener: (rows: readonly Row[]) => void,
  ) {
    void this.start();
  }

  dispose(): void {
    this.over = true;
    clearTimeout(this.again);
    // It ends with its standard input.
    this.child?.stdin?.end();
  }

  private async start(): Promise<void> {
    const interpreter = await this.python.interpreter(undefined, this.folder);
    if (this.over || "message" in interpreter) {
      return;
    }
    const words = [...ISOLATED, this.python.bootstrap, "ps", "--json", "--watch"];
    const child = spawn(interpreter.executable, words, { stdio: "pipe" });
    this.child = child;
    let lastWords = "";
    readline.createInterface({ input: child.stdout }).on("line", (line) => {
      if (!this.over) {
        this.listener(JSON.parse(line) as Row[]);
      }
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      lastWords = text;
    });
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => this.ended(error.message));
    child.on("close", () => this.ended(lastWords.trim().split("\n").at(-1) ?? ""));
  }

  private ended(how: string): void {
    if (this.over || this.again) {
      return;
    }
    log.error(`The running servers cannot be followed: ${how}`);
    this.again = setTimeout(() => {
      this.again = undefined;
      void this.start();
    }, AGAIN_MS);
  }
}
