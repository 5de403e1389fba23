import { STATUS_CODES } from "node:http";
import { type Header, headerOf } from "../httpFile/requestDescription";

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly Header[];
  /** Without its content encoding. */
  readonly body: Uint8Array;
  readonly milliseconds: number;
}

/** Why there is no answer. */
export type NoAnswer =
  | { readonly kind: "cancelled" }
  /** Nothing listens there. */
  | { readonly kind: "refused" }
  /** The connection ended before the answer did. */
  | { readonly kind: "ended"; readonly received: number }
  | { readonly kind: "tooLarge"; readonly limit: number }
  | { readonly kind: "failed"; readonly reason: string };

/** How long run() itself took, as the server tells. */
export function runMilliseconds(answer: Answer): number | undefined {
  const value = Number.parseFloat(headerOf(answer.headers, "x-ms-run-fn-exec-ms") ?? "");
  return Number.isFinite(value) ? value : undefined;
}

export function statusInWords({ status, statusText }: Answer): string {
  const words = statusText || STATUS_CODES[status];
  return words ? `${status} ${words}` : String(status);
}

export function isFailure({ status }: Answer): boolean {
  return status >= 400;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 10) {
    return `${milliseconds.toFixed(1)} ms`;
  }
  return milliseconds < 10_000
    ? `${milliseconds.toFixed(0)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function size(bytes: number): string {
  if (bytes < 1_000) {
    return `${bytes} B`;
  }
  return bytes < 1_000_000
    ? `${(bytes / 1_000).toFixed(1)} kB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
