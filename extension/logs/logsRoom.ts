import * as vscode from "vscode";
import type { IssueParts } from "./reportIssue";
import { RequestDocuments } from "./requestDocuments";
import { type LogSources, ServerLogs } from "./serverLogs";
import { type LogCommandParts, showServerLog } from "./showServerLog";

/** The logs of servers, and what is reported from them. */
export function openLogs(
  context: vscode.ExtensionContext,
  parts: LogSources & LogCommandParts & IssueParts,
): vscode.Disposable {
  const logs = new ServerLogs(parts);
  return vscode.Disposable.from(
    logs,
    new RequestDocuments(logs),
    vscode.commands.registerCommand("azmlinfsrv.showServerLog", (argument) =>
      showServerLog(logs, parts, argument),
    ),
    vscode.commands.registerCommand("azmlinfsrv.reportIssue", async () => {
      const { reportIssue } = await import("./reportIssue.js");
      await reportIssue(context, logs, parts);
    }),
  );
}
