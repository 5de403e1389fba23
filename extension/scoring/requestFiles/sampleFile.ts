import * as path from "node:path";
import { contentTypeOf } from "../sending/contentTypes";

/** What the language server makes of a script. */
export interface SampleRequest {
  readonly method: string;
  readonly contentType: string;
  /** Null where a file has to be sent. */
  readonly body: string | null;
  readonly query: string | null;
  readonly source: "schema" | "script" | "empty";
  readonly isRaw: boolean;
}

/** The least that every script which reads JSON can be sent. */
const UNKNOWN: SampleRequest = {
  method: "POST",
  contentType: "application/json",
  body: "{}",
  query: null,
  source: "empty",
  isRaw: false,
};

/**
 * The name, as seen from the script's folder, and the text of a new request file. A body alone is
 * enough where JSON is posted; everything else needs the `.http` form. `body` is the file to send.
 */
export function sampleFile(
  sample: SampleRequest = UNKNOWN,
  script: string,
  number: number,
  body: string | undefined,
): { readonly name: string; readonly text: string } {
  const isBody =
    sample.method === "POST" &&
    sample.query === null &&
    body === undefined &&
    sample.body !== null &&
    /^application\/json\b/.test(sample.contentType);
  const extension = isBody ? "json" : "http";
  const stem = path.basename(script, path.extname(script));
  const name =
    number === 1 ? `sample-request.${extension}` : `requests/${stem}-${number}.${extension}`;
  if (isBody) {
    return { name, text: `${(sample.body ?? "").trimEnd()}\n` };
  }
  const isBeside = number === 1;
  const target = `/score${sample.query ? `?${sample.query}` : ""}`;
  const lines = [`### ${stem}`, `${sample.method} ${target}`];
  if (body !== undefined) {
    lines.push(`Content-Type: ${contentTypeOf(body)}`, "", `< ${isBeside ? "./" : "../"}${body}`);
  } else if (sample.body !== null && sample.body !== "") {
    lines.push(`Content-Type: ${sample.contentType}`, "", sample.body.trimEnd());
  }
  return { name, text: `${lines.join("\n")}\n` };
}
