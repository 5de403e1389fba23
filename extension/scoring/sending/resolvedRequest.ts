import type { Header } from "../httpFile/requestDescription";

/** A piece of a body, read. A file keeps its path, so that a copied command can name it. */
export type ResolvedPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string; readonly bytes: Uint8Array };

/** A request with everything in it that goes over the wire. */
export interface ResolvedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: readonly Header[];
  readonly body: readonly ResolvedPart[];
}

export function bytesOf(body: readonly ResolvedPart[]): Uint8Array {
  return Buffer.concat(
    body.map((part) => (part.kind === "text" ? Buffer.from(part.text) : part.bytes)),
  );
}
