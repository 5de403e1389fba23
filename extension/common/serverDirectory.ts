import type * as vscode from "vscode";
import type { Problem } from "./problem";

/**
 * What a server does just now. `paused`: at a breakpoint of a debugger of this window. `failed`:
 * the entry script cannot be served; the server has ended.
 */
export type ServerState = "starting" | "ready" | "busy" | "paused" | "failed";

/** A server of this user on this machine, whoever started it. */
export interface KnownServer {
  readonly pid: number;
  /** Where this machine reaches it, without a slash at the end: `http://127.0.0.1:5001`. */
  readonly url: string;
  readonly entryScript: string;
  readonly state: ServerState;
  /** The debug session of this window that launched it or is attached to it. */
  readonly sessionId: string | undefined;
}

/** The servers that run, for features that need one. */
export interface ServerDirectory {
  readonly servers: readonly KnownServer[];
  readonly onDidChange: vscode.Event<void>;
  /** A server has loaded its script anew; the path of the script. */
  readonly onDidReload: vscode.Event<string>;
  /** The server of a script: that of a session of this window before others, the youngest first. */
  serverOf(entryScript: string): KnownServer | undefined;
  /**
   * A server of the script that is ready, or busy or paused with another request; started if there
   * is none: under the debugger if the script has breakpoints. Undefined when the user gave up,
   * or has been told already why the script cannot be served.
   * With `reload` a server that is started loads the script anew whenever it is saved.
   */
  ensureServer(
    entryScript: string,
    cancellation: vscode.CancellationToken,
    options?: { readonly reload: boolean },
  ): Promise<KnownServer | Problem | undefined>;
}
