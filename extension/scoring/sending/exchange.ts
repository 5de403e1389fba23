import type { RequestRef } from "../requestFiles/requestRef";
import type { Answer, NoAnswer } from "./answer";
import type { ResolvedRequest } from "./resolvedRequest";

/** A place in a file, as the language server writes it. */
export interface LspLocation {
  readonly uri: string;
  readonly range: LspRange;
}

export interface LspRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

interface LspTextEdit {
  readonly range: LspRange;
  readonly newText: string;
}

export interface LspWorkspaceEdit {
  readonly changes?: Readonly<Record<string, readonly LspTextEdit[]>> | null;
  readonly documentChanges?:
    | readonly {
        readonly textDocument: { readonly uri: string };
        readonly edits: readonly LspTextEdit[];
      }[]
    | null;
}

/** What the language server says of a failed answer. */
export interface Explanation {
  readonly message: string;
  readonly location: LspLocation | null;
  readonly code: string | null;
  readonly fix: { readonly title: string; readonly edit: LspWorkspaceEdit } | null;
}

/** A request that was answered. */
export interface Exchange {
  readonly ref: RequestRef;
  readonly name: string;
  /** Undefined for a request to another address. */
  readonly script: string | undefined;
  readonly request: ResolvedRequest;
  readonly answer: Answer;
  readonly explanation: Explanation | undefined;
}

/** How far a request has come. */
export type Progress =
  | { readonly kind: "starting" }
  | { readonly kind: "sending"; readonly received: number }
  | { readonly kind: "paused" };

/** How the last sending of a request went. */
export type Result =
  | { readonly kind: "answered"; readonly exchange: Exchange }
  | { readonly kind: "noAnswer"; readonly reason: NoAnswer };
