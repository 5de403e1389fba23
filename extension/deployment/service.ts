import * as vscode from "vscode";

/** What `azmlinfsrv services list --json` says of each service. */
export interface Service {
  readonly name: string;
  readonly state: "Transitioning" | "Healthy" | "Unhealthy" | "Unschedulable" | "Failed";
  readonly message: string;
  readonly scoring_uri: string | null;
  readonly auth_mode: "none" | "key" | "aml_token" | null;
  readonly entry_script?: string;
  readonly log_file: string;
}

/** Say that a service runs, and what can be done with it. */
export async function offerService(service: Service): Promise<void> {
  const copy = vscode.l10n.t("Copy Scoring URI");
  const log = vscode.l10n.t("Show Log");
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t("The service {0} answers at {1}.", service.name, service.scoring_uri ?? "–"),
    copy,
    log,
  );
  if (chosen === copy) {
    await copyUri(service);
  } else if (chosen === log) {
    await showLog(service);
  }
}

export async function copyUri({ scoring_uri }: Service): Promise<void> {
  await vscode.env.clipboard.writeText(scoring_uri ?? "");
}

/** Open the log at its end, where the latest is. */
export async function showLog({ log_file }: Service): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(log_file));
  const end = document.lineAt(document.lineCount - 1).range;
  await vscode.window.showTextDocument(document, { selection: end });
}
