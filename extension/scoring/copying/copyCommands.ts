import * as path from "node:path";
import * as vscode from "vscode";
import type { ServerDirectory } from "../../common/serverDirectory";
import { showProblem } from "../../common/showProblem";
import type { ChosenRequest, CommandTarget } from "../requestFiles/chosenRequest";
import { loadRequest } from "../requestFiles/loadRequest";
import { readAsShown } from "../requestFiles/workspaceRequests";
import type { WorkspaceScripts } from "../requestFiles/workspaceScripts";
import { resolveRequest } from "../sending/resolve";
import type { ResolvedRequest } from "../sending/resolvedRequest";
import { targetOf } from "../sending/target";
import { copyable } from "./copyable";
import { asCurl } from "./curl";
import { asPowerShell } from "./powershell";
import { asPython } from "./python";

const FORMATS: Readonly<Record<string, (request: ResolvedRequest) => string>> = {
  "azmlinfsrv.copyAsCurl": asCurl,
  "azmlinfsrv.copyAsPython": asPython,
  "azmlinfsrv.copyAsPowerShell": asPowerShell,
};
/** Where a server listens unless it is told otherwise. */
const USUAL_SERVER = "http://127.0.0.1:5001";
const MESSAGE_MS = 4_000;

export function registerCopyCommands(
  chosen: ChosenRequest,
  scripts: WorkspaceScripts,
  directory: ServerDirectory,
): vscode.Disposable {
  const commands = Object.entries(FORMATS).map(([command, format]) =>
    vscode.commands.registerCommand(command, async (target: CommandTarget) => {
      try {
        const text = await copyOf(format, target);
        if (text !== undefined) {
          await vscode.env.clipboard.writeText(text);
          vscode.window.setStatusBarMessage(
            `$(clippy) ${vscode.l10n.t("Request copied")}`,
            MESSAGE_MS,
          );
        }
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        await showProblem({ message, actions: [] });
      }
    }),
  );
  return vscode.Disposable.from(...commands);

  async function copyOf(
    format: (request: ResolvedRequest) => string,
    commandTarget: CommandTarget,
  ): Promise<string | undefined> {
    const found = await chosen.find(commandTarget);
    const loaded = found && (await loadRequest(found.ref, readAsShown));
    if (!loaded) {
      return undefined;
    }
    const { description, variables } = loaded;
    const { file } = found.ref;
    const target = targetOf(description.target, description.headers);
    if (description.problem || target.kind === "wrong") {
      throw new Error(description.problem?.message ?? `${description.target}?`);
    }
    let url: URL;
    if (target.kind === "address") {
      url = target.url;
    } else {
      const script = found.script ?? (await scripts.scriptsFor(file))[0];
      const server = script === undefined ? undefined : directory.serverOf(script);
      url = new URL(target.path, server?.url ?? USUAL_SERVER);
    }
    const sources = { folder: path.dirname(file), variables, read: readAsShown };
    return format(copyable(await resolveRequest(description, url, sources)));
  }
}
