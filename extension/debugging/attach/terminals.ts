import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";
import { firstFolder } from "../../common/folders";
import { log } from "../../common/log";

/** What terminals have to know; the Python side answers. */
export interface TerminalCommand {
  /** The folder with the command. */
  readonly folder: string;
  /** The interpreter for a workspace folder, and a sentence on which command runs there. */
  describe(
    folder: string | undefined,
  ): Promise<{ readonly python: string | undefined; readonly sentence: string }>;
}

/**
 * Let VS Code's terminals find the azmlinfsrv command, also where nothing is installed.
 *
 * It is added at the end of the PATH: what the user has installed comes first.
 */
export async function equipTerminals(
  context: vscode.ExtensionContext,
  command: TerminalCommand,
): Promise<void> {
  const variables = context.environmentVariableCollection;
  const program = path.join(command.folder, "azmlinfsrv");
  variables.clear();
  // Of each session its own: a window without this extension must not find it.
  variables.persistent = false;
  variables.append("PATH", `${path.delimiter}${command.folder}`);
  variables.replace("AZMLINFSRV", process.platform === "win32" ? `${program}.cmd` : program);
  // Not every tool that unpacks an extension keeps the bit.
  await fs.chmod(program, 0o755).catch(() => undefined);
  const { python, sentence } = await command.describe(firstFolder());
  if (python !== undefined) {
    variables.replace("AZMLINFSRV_PYTHON", python);
  }
  variables.description = new vscode.MarkdownString(sentence);
  log.info(sentence);
}
