import * as vscode from "vscode";
import type { KnownServer, ServerDirectory } from "../common/serverDirectory";

/** Starts a script whatever runs already; see extension/debugging. */
const RUN = "azmlinfsrv.run";

/**
 * Start a server beside those that run, and wait until it is ready. Undefined when it ended
 * before: then the user has been told why.
 */
export function startAnother(
  servers: ServerDirectory,
  entryScript: string,
): Promise<KnownServer | undefined> {
  // Not by the script: it is that of the server that runs, too.
  const before = new Set(servers.servers.map(({ pid }) => pid));
  return new Promise((resolve) => {
    const settle = (server: KnownServer | undefined) => {
      vscode.Disposable.from(...subscriptions).dispose();
      resolve(server);
    };
    const look = () => {
      const fresh = servers.servers.find(
        ({ pid, sessionId, state }) =>
          sessionId !== undefined && state !== "starting" && !before.has(pid),
      );
      if (fresh) {
        settle(fresh.state === "failed" ? undefined : fresh);
      }
    };
    const subscriptions = [
      servers.onDidChange(look),
      vscode.debug.onDidTerminateDebugSession(({ parentSession }) => {
        if (!parentSession) {
          settle(undefined);
        }
      }),
    ];
    vscode.commands
      .executeCommand(RUN, vscode.Uri.file(entryScript))
      .then(look, () => settle(undefined));
  });
}
