import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { log } from "../common/log";
import { issueReport } from "./issueReport";
import type { ServerLogs } from "./serverLogs";

const REPORTER = "workbench.action.openIssueReporter";
const LOG_BYTES = 16_384;

export interface IssueParts {
  /** What the interpreter and the backend say of themselves; a reason where they do not run. */
  backendVersions(): Promise<Readonly<Record<string, string>>>;
}

/** Write down what helps to look into an issue; whether it is sent, and where, the user decides. */
export async function reportIssue(
  context: vscode.ExtensionContext,
  logs: ServerLogs,
  parts: IssueParts,
): Promise<void> {
  const { version, contributes, bugs } = context.extension.packageJSON as Manifest;
  const server = logs.all[0];
  const report = issueReport({
    versions: {
      Extension: version,
      "VS Code": `${vscode.version} (${vscode.env.appName}, ${vscode.env.remoteName ?? vscode.env.appHost})`,
      "Operating system": `${os.type()} ${os.release()} ${os.arch()}`,
      // A workspace that is not trusted names no program that is run.
      ...(vscode.workspace.isTrusted ? await parts.backendVersions() : {}),
    },
    settings: changedSettings(Object.keys(contributes.configuration.properties)),
    logs: [
      { name: log.name, lines: lastLines(path.join(context.logUri.fsPath, `${log.name}.log`)) },
      ...(server ? [{ name: server.name, lines: server.ring.lines }] : []),
    ],
    home: os.homedir(),
  });
  // VS Code's own window can do nothing for an extension that names no place for issues.
  if (bugs && (await vscode.commands.getCommands(true)).includes(REPORTER)) {
    const [extensionId, data] = [context.extension.id, report];
    await vscode.commands.executeCommand(REPORTER, { extensionId, data });
    return;
  }
  const document = await vscode.workspace.openTextDocument({
    language: "markdown",
    content: report,
  });
  await vscode.window.showTextDocument(document);
}

interface Manifest {
  readonly version: string;
  readonly bugs?: unknown;
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

function changedSettings(names: readonly string[]): Record<string, unknown> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const configuration = vscode.workspace.getConfiguration(undefined, folder ?? null);
  const isDefault = (name: string) =>
    JSON.stringify(configuration.get(name)) ===
    JSON.stringify(configuration.inspect(name)?.defaultValue);
  const changed = names.filter((name) => !isDefault(name));
  return Object.fromEntries(changed.map((name) => [name, configuration.get(name)]));
}

/** VS Code gives the text of a channel to nobody, but keeps it in a file. */
function lastLines(file: string): readonly string[] {
  try {
    const descriptor = fs.openSync(file, "r");
    try {
      const { size } = fs.fstatSync(descriptor);
      const start = Math.max(0, size - LOG_BYTES);
      const buffer = Buffer.alloc(size - start);
      fs.readSync(descriptor, buffer, 0, buffer.length, start);
      const lines = buffer.toString("utf8").split("\n").filter(Boolean);
      return start > 0 ? lines.slice(1) : lines;
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return [];
  }
}
