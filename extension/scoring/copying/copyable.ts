import type { ResolvedPart, ResolvedRequest } from "../sending/resolvedRequest";

/** A longer text is better named than repeated. */
const LONGEST_TEXT = 20_000;

/** Small text files become part of a copied command, so that it works on another machine. */
export function copyable(request: ResolvedRequest): ResolvedRequest {
  return { ...request, body: request.body.map(inlined) };
}

function inlined(part: ResolvedPart): ResolvedPart {
  if (part.kind === "text" || part.bytes.length > LONGEST_TEXT || part.bytes.includes(0)) {
    return part;
  }
  const text = Buffer.from(part.bytes).toString("utf8");
  // What is no UTF-8 would arrive as something else.
  return Buffer.from(text).equals(part.bytes) ? { kind: "text", text } : part;
}
