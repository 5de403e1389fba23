import * as vscode from "vscode";
import type { Problem } from "../common/problem";

/** Whether what is there already may be replaced. */
export async function mayReplace({ message }: Problem): Promise<boolean> {
  const replace = vscode.l10n.t("Replace");
  const answer = await vscode.window.showWarningMessage(message, { modal: true }, replace);
  return answer === replace;
}
