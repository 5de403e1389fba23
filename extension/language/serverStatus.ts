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
      return { ...view, detail: "starting …", isBusy: true };
    case "running":
      return { ...view, detail: document ? describe(document) : "ready" };
    case "untrusted":
      return {
        ...view,
        detail: "nothing is checked in an untrusted workspace",
        severity: "warning",
        action: "manageTrust",
      };
    case "noInterpreter":
      return { ...view, detail: state.reason, severity: "error", action: "selectInterpreter" };
    case "failed":
      return { ...view, detail: state.reason, severity: "error", action: "restart" };
  }
}

function describe(document: DocumentStatus): string {
  const python = `Python ${document.pythonVersion}`;
  if (!document.isEntryScript) {
    return `${python}; not an entry script`;
  }
  const count = document.findings;
  const findings = count === 0 ? "no findings" : `${count} finding${count === 1 ? "" : "s"}`;
  const model = document.modelDir
    ? `model folder ${document.modelDir} (${document.modelDirSource ?? ""})`
    : "model folder unknown";
  return `${python}; ${findings}; ${model}`;
}
