import { type ChildProcess, spawn } from "node:child_process";
import * as readline from "node:readline";

/** Where the adapter of one worker waits for it, and what both have to know. */
export interface WorkerAdapter {
  readonly host: string;
  readonly port: number;
  readonly access_token: string;
}

export interface FollowerListener {
  /** A worker needs an adapter: one that runs, or later one that has just started. */
  worker(pid: number): void;
  /** A worker does not connect. */
  failed(pid: number, reason: string): void;
  /** The server has ended, or cannot be attached to; then `reason` says why. */
  ended(reason: string | undefined): void;
}

type Line =
  | { readonly worker: number; readonly error?: undefined }
  | { readonly worker: number; readonly error: string };

/** `azmlinfsrv attach PID --follow`: the backend's side of an attach (see cli/attach.py). */
export class Follower {
  private readonly child: ChildProcess;
  private lastWords = "";
  private over = false;

  constructor(
    executable: string,
    bootstrap: string,
    server: number,
    private readonly listener: FollowerListener,
  ) {
    const words = ["-E", "-s", bootstrap, "attach", String(server), "--follow"];
    const child = spawn(executable, words, { stdio: "pipe" });
    this.child = child;
    readline.createInterface({ input: child.stdout }).on("line", (line) => this.hear(line));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.lastWords += text;
    });
    // Gone while something is written to it: its end is reported on its own.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => this.end(error.message));
    child.on("close", (code) => this.end(code === 0 ? undefined : this.reason()));
  }

  /** Tell a worker where its adapter waits. */
  offer(pid: number, adapter: WorkerAdapter): void {
    this.child.stdin?.write(`${JSON.stringify({ worker: pid, ...adapter })}\n`);
  }

  /** Leave the server; workers that start from now on wait for nobody. */
  leave(): void {
    this.over = true;
    this.child.stdin?.end();
  }

  private hear(text: string): void {
    const line = JSON.parse(text) as Line;
    if (line.error === undefined) {
      this.listener.worker(line.worker);
    } else {
      this.listener.failed(line.worker, line.error);
    }
  }

  private end(reason: string | undefined): void {
    if (!this.over) {
      this.over = true;
      this.listener.ended(reason);
    }
  }

  private reason(): string {
    const last = this.lastWords.trim().split("\n").at(-1) ?? "";
    return last.replace(/^azmlinfsrv attach: /, "") || "azmlinfsrv attach has failed.";
  }
}
