import * as path from "node:path";
import * as vscode from "vscode";
import { showProblem } from "../common/showProblem";
import type { BackendCommands } from "./backendCommand";
import { openScript } from "./openScript";

interface Language extends vscode.QuickPickItem {
  /** For `azmlinfsrv client --language`. */
  readonly name: string;
  /** For VS Code's editor. */
  readonly editor: string;
}

const LANGUAGES: readonly Language[] = [
  { label: "Python", name: "python", editor: "python" },
  { label: "TypeScript", name: "typescript", editor: "typescript" },
  { label: "C#", name: "csharp", editor: "csharp" },
  { label: "curl", name: "curl", editor: "shellscript" },
];

/** The command "Create Client", for the entry script that is open. */
export async function createClientOfScript(
  commands: BackendCommands,
  argument: unknown,
): Promise<void> {
  const script = openScript(argument);
  if (script === undefined) {
    await vscode.window.showErrorMessage(
      vscode.l10n.t("Open the entry script that the client is for."),
    );
    return;
  }
  await vscode.workspace.saveAll(false);
  await createClient(commands, ["--entry_script", script], path.dirname(script));
}

/**
 * Show a program that asks a service, not saved yet, in a language that the user chooses.
 *
 * @param source the options of `azmlinfsrv client` that name the service.
 * @param folder the one it runs in.
 */
export async function createClient(
  commands: BackendCommands,
  source: readonly string[],
  folder: string,
): Promise<void> {
  const placeHolder = vscode.l10n.t("In which language?");
  const language = await vscode.window.showQuickPick(LANGUAGES, { placeHolder });
  if (!language) {
    return;
  }
  const title = vscode.l10n.t("Writing a client");
  const words = ["client", "--language", language.name, ...source];
  const outcome = await commands.run<{ readonly code: string }>(title, words, folder);
  if (outcome.kind === "failed") {
    return showProblem(outcome.problem);
  }
  if (outcome.kind === "printed") {
    const content = outcome.value.code;
    const document = await vscode.workspace.openTextDocument({
      language: language.editor,
      content,
    });
    await vscode.window.showTextDocument(document);
  }
}
