/** What a debug session of this window tells about the server that it has launched. */
export type SessionReport = {
  readonly sessionId: string;
  readonly entryScript: string;
} & (
  | { readonly kind: "opened" }
  | { readonly kind: "listening"; readonly url: string; readonly pid: number }
  | { readonly kind: "ready" }
  /** The script has been loaded anew. */
  | { readonly kind: "reloaded" }
  /** The script cannot be served; the user has been told. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "ended" }
);
