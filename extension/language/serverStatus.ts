import * as l10n from "@vscode/l10n";
/** What the server tells of the document in the active editor (`azmlinfsrv/status`). */
export interface DocumentStatus {
  readonly uri: string;
  readonly isEntryScript: boolean;
  readonly kind: "online" | "batch" | null;
  readonly modelDir: string | null;
  readonly modelDirSource: string | null;
  readonly findings: number;
  readonly pythonVersion: string;
  readonly python: string;
}

/** The state of the server itself. */
export type ServerState =
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  | { readonly kind: "untrusted" }
  | { readonly kind: "noInterpreter"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What the status item shows. */
export interface StatusView {
  readonly text: string;
  readonly detail: string;
  readonly severity: "information" | "warning" | "error";
  readonly isBusy: boolean;
  readonly action: "showLog" | "restart" | "selectInterpreter" | "manageTrust";
}

export function statusView(
  version: string,
  state: ServerState,
  document: DocumentStatus | undefined,
): StatusView {
  const text = `Azure ML ${version}`;
  const view = { text, severity: "information", isBusy: false, action: "showLog" } as const;
  switch (state.kind) {
    case "starting":
      return { ...view, detail: l10n.t("starting …"), isBusy: true };
    case "running":
      return { ...view, detail: document ? describe(document) : "ready" };
    case "untrusted":
      return {
        ...view,
        detail: l10n.t("nothing is checked in an untrusted workspace"),
        severity: "warning",
        action: "manageTrust",
      };
    case "noInterpreter":
      return { ...view, detail: state.reason, severity: "error", action: "selectInterpreter" };
    case "failed":
      return { ...view, detail: state.reason, severity: "error", action: "restart" };
  }
}

function findingsInWords(count: number): string {
  switch (count) {
    case 0:
      return l10n.t("no findings");
    case 1:
      return l10n.t("1 finding");
    default:
      return l10n.t("{0} findings", count);
  }
}

function describe(document: DocumentStatus): string {
  const python = `Python ${document.pythonVersion}`;
  if (!document.isEntryScript) {
    return l10n.t("{0}; not an entry script", python);
  }
  const findings = findingsInWords(document.findings);
  const model = document.modelDir
    ? l10n.t("model folder {0} ({1})", document.modelDir, document.modelDirSource ?? "")
    : l10n.t("model folder unknown");
  return `${python}; ${findings}; ${model}`;
}
