import * as path from "node:path";
import * as vscode from "vscode";
import type { Problem } from "../common/problem";
import type { KnownServer, ServerDirectory } from "../common/serverDirectory";
import { type Subject, subjectOf } from "./subject";

/** What this room has to know, done elsewhere. */
export interface ApiPageParts {
  readonly servers: ServerDirectory & { refresh(): Promise<Problem | undefined> };
  isEntryScript(file: string): Promise<boolean>;
}

type Choice = KnownServer | Problem | undefined;

/** The server whose page is wanted, started if it has to be; undefined when the user gave up. */
export async function chooseServer(parts: ApiPageParts, argument: unknown): Promise<Choice> {
  const subject: Subject<KnownServer> = subjectOf(argument);
  switch (subject.kind) {
    case "server":
      return subject.server;
    case "process": {
      const problem = await parts.servers.refresh();
      const server = parts.servers.servers.find(({ pid }) => pid === subject.pid);
      return server ?? problem ?? gone(subject.pid);
    }
    case "script":
      return serverOfScript(parts, vscode.Uri.parse(subject.uri).fsPath);
    case "unsaid": {
      const script = await activeEntryScript(parts);
      return script ? serverOfScript(parts, script) : pickServer(parts);
    }
  }
}

function serverOfScript({ servers }: ApiPageParts, script: string): Promise<Choice> {
  const title = vscode.l10n.t("Waiting for the server of {0} …", path.basename(script));
  // In the status bar: whoever starts the server tells how init() gets on, and can cancel it.
  const options = { location: vscode.ProgressLocation.Window, title };
  const cancellation = new vscode.CancellationTokenSource();
  return Promise.resolve(
    vscode.window.withProgress(options, () => servers.ensureServer(script, cancellation.token)),
  ).finally(() => cancellation.dispose());
}

async function activeEntryScript(parts: ApiPageParts): Promise<string | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "python" || document.uri.scheme !== "file") {
    return undefined;
  }
  return (await parts.isEntryScript(document.uri.fsPath)) ? document.uri.fsPath : undefined;
}

async function pickServer({ servers }: ApiPageParts): Promise<Choice> {
  const problem = await servers.refresh();
  const running = servers.servers.filter(({ state }) => state !== "failed");
  const [only] = running;
  if (!only) {
    return problem ?? noServer();
  }
  if (running.length === 1) {
    return only;
  }
  const items = running.map((server) => ({
    label: path.basename(server.entryScript),
    description: server.url,
    detail: server.entryScript,
    server,
  }));
  const title = vscode.l10n.t("The server whose API page is opened");
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.server;
}

function gone(pid: number): Problem {
  return { message: vscode.l10n.t("The server with process id {0} has ended.", pid), actions: [] };
}

function noServer(): Problem {
  return {
    message: vscode.l10n.t(
      "No server runs. Open an entry script and use the command again: it starts one.",
    ),
    actions: [],
  };
}
