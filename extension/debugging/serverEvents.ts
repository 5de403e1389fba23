import * as fs from "node:fs";
import * as path from "node:path";

/** What a server reports of itself (see `azmlinfsrv.server.lifecycle`). */
export type ServerEvent =
  | { readonly event: "listening"; readonly url: string; readonly pid: number }
  | { readonly event: "ready"; readonly url: string; readonly pid: number }
  | { readonly event: "reloaded" }
  | ({ readonly event: "failed" } & ScriptFailure)
  /** The server goes on with the code from before. */
  | ({ readonly event: "reloadFailed" } & ScriptFailure);

/** Why the entry script cannot be served. */
export interface ScriptFailure {
  readonly message: string;
  readonly is_setting: boolean;
  readonly file: string | null;
  readonly line: number | null;
  readonly missing_module: string | null;
  readonly missing_distribution: string | null;
}

/** Follows the events file of one server and removes it, folder and all, when done. */
export class ServerEvents {
  private readonly watcher: fs.FSWatcher;
  private seen = 0;

  constructor(
    private readonly file: string,
    private readonly listener: (event: ServerEvent) => void,
  ) {
    // A restarted session comes with the file of the one before, whose folder is gone.
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    this.watcher = fs.watch(path.dirname(file), () => this.read());
    this.watcher.on("error", () => this.watcher.close());
    this.read();
  }

  /** Deliver what has been written since the last look. */
  read(): void {
    let text: string;
    try {
      text = fs.readFileSync(this.file, "utf8");
    } catch {
      return;
    }
    const complete = text.slice(0, text.lastIndexOf("\n") + 1);
    const lines = complete.slice(this.seen).split("\n").filter(Boolean);
    this.seen = complete.length;
    for (const line of lines) {
      this.listener(JSON.parse(line) as ServerEvent);
    }
  }

  dispose(): void {
    this.watcher.close();
    fs.rmSync(path.dirname(this.file), { recursive: true, force: true });
  }
}
