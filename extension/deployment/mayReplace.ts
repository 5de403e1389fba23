import * as vscode from "vscode";
import type { Problem } from "../common/problem";
import { withoutOptions } from "./failure";

/** Whether what is there already may be replaced. */
export async function mayReplace({ message }: Problem): Promise<boolean> {
  const replace = vscode.l10n.t("Replace");
  const answer = await vscode.window.showWarningMessage(
    withoutOptions(message),
    { modal: true },
    replace,
  );
  return answer === replace;
}
