import * as vscode from "vscode";
import { isLoopback } from "./target";

const ALLOWED = "azmlinfsrv.allowedHosts";

/** The hosts other than this machine that requests may go to: each is asked for once. */
export class OtherHosts {
  constructor(private readonly state: vscode.Memento) {}

  async mayReceive(url: URL): Promise<boolean> {
    const allowed = this.state.get<readonly string[]>(ALLOWED, []);
    if (isLoopback(url) || allowed.includes(url.origin)) {
      return true;
    }
    const send = vscode.l10n.t("Send");
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t("Send this request to {0}?", url.host),
      {
        modal: true,
        detail: vscode.l10n.t(
          "It leaves this machine, with the files in its body and the keys in its headers. You are asked once for each host in this workspace.",
        ),
      },
      send,
    );
    if (chosen !== send) {
      return false;
    }
    await this.state.update(ALLOWED, [...allowed, url.origin]);
    return true;
  }
}
