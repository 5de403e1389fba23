import { headerOf } from "../httpFile/requestDescription";
import type { ResolvedPart, ResolvedRequest } from "../sending/resolvedRequest";
import { quoteForShell } from "./shellQuote";

const CONTINUED = " \\\n  ";

/** The same request for curl in bash, zsh or any shell that knows $'…'. */
export function asCurl(request: ResolvedRequest): string {
  const { method, url, headers, body } = request;
  const words = ["curl", method === "HEAD" ? "--head" : `--request ${quoteForShell(method)}`];
  const address = url.href;
  if (/[[\]{}]/.test(address)) {
    // Otherwise brackets would stand for several addresses.
    words.push("--globoff");
  }
  words.push(quoteForShell(address));
  for (const { name, value } of headers) {
    // A header without value has a semicolon: with a colon curl leaves it out.
    words.push(`--header ${quoteForShell(value === "" ? `${name};` : `${name}: ${value}`)}`);
  }
  if (body.length === 0) {
    return words.join(CONTINUED);
  }
  if (headerOf(headers, "content-type") === undefined) {
    words.push("--header 'Content-Type:'");
  }
  const [only] = body;
  if (body.length === 1 && only) {
    words.push(
      only.kind === "text"
        ? `--data-raw ${quoteForShell(only.text)}`
        : `--data-binary ${quoteForShell(`@${only.path}`)}`,
    );
    return words.join(CONTINUED);
  }
  words.push("--data-binary @-");
  return `{ ${body.map(printing).join("; ")}; } | ${words.join(CONTINUED)}`;
}

function printing(part: ResolvedPart): string {
  return part.kind === "text"
    ? `printf %s ${quoteForShell(part.text)}`
    : `cat ${quoteForShell(part.path)}`;
}
