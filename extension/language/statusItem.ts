import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { type DocumentStatus, type ServerState, type StatusView, statusView } from "./serverStatus";

export const RESTART_COMMAND = "azmlinfsrv.restartLanguageServer";
export const SHOW_LOG_COMMAND = "azmlinfsrv.showLanguageServerLog";

/** Made when it is shown: only then is it known in which language. */
const ACTIONS: Record<StatusView["action"], () => vscode.Command> = {
  showLog: () => ({ title: l10n.t("Show Log"), command: SHOW_LOG_COMMAND }),
  restart: () => ({ title: l10n.t("Restart"), command: RESTART_COMMAND }),
  selectInterpreter: () => ({
    title: l10n.t("Select Interpreter"),
    command: "azmlinfsrv.selectInterpreter",
  }),
  manageTrust: () => ({ title: l10n.t("Manage Trust"), command: "workbench.trust.manage" }),
};
const SEVERITIES = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
};

/** The entry behind the braces in the status bar of Python files. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("azmlinfsrv.language", {
    language: "python",
  });
  private readonly documents = new Map<string, DocumentStatus>();
  private readonly onEditor = vscode.window.onDidChangeActiveTextEditor(() => this.draw());
  private readonly onClose = vscode.workspace.onDidCloseTextDocument(({ uri }) =>
    this.documents.delete(uri.toString()),
  );
  private state: ServerState = { kind: "starting" };

  constructor(private readonly version: string) {
    this.item.name = "Azure ML Entry Script";
    this.draw();
  }

  showState(state: ServerState): void {
    this.state = state;
    if (state.kind !== "running") {
      this.documents.clear();
    }
    this.draw();
  }

  showDocument(status: DocumentStatus): void {
    const { modelDir } = status;
    this.documents.set(vscode.Uri.parse(status.uri).toString(), {
      ...status,
      // The whole path does not fit, and stands in the hover.
      modelDir: modelDir === null ? null : vscode.workspace.asRelativePath(modelDir, false),
    });
    this.draw();
  }

  dispose(): void {
    this.onEditor.dispose();
    this.onClose.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const active = vscode.window.activeTextEditor?.document.uri.toString();
    const document = active === undefined ? undefined : this.documents.get(active);
    const view = statusView(this.version, this.state, document);
    this.item.text = view.text;
    this.item.detail = view.detail;
    this.item.severity = SEVERITIES[view.severity];
    this.item.busy = view.isBusy;
    this.item.command = ACTIONS[view.action]();
  }
}
