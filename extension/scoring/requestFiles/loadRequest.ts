import * as path from "node:path";
import { parseHttpFile } from "../httpFile/parseHttpFile";
import type { RequestDescription } from "../httpFile/requestDescription";
import { Variables } from "../httpFile/variables";
import { isHttpFile, type RequestRef } from "./requestRef";

export interface LoadedRequest {
  readonly description: RequestDescription;
  readonly variables: Variables;
}

export type ReadFile = (file: string) => Promise<Uint8Array>;

/** Read a request anew: its file may have changed since it was listed. */
export async function loadRequest(
  ref: RequestRef,
  read: ReadFile,
): Promise<LoadedRequest | undefined> {
  if (!isHttpFile(ref.file)) {
    return { description: describeBody(ref.file), variables: new Variables([]) };
  }
  const { requests, variables } = parseHttpFile(Buffer.from(await read(ref.file)).toString());
  const description = requests[ref.index];
  return description && { description, variables };
}

/** A file that is nothing but a body: it is posted to the script. */
function describeBody(file: string): RequestDescription {
  return {
    name: path.basename(file),
    ...{ line: 0, firstLine: 0, lastLine: 0 },
    ...{ method: "POST", target: "/score", headers: [], problem: undefined },
    body: [{ kind: "file", path: file, hasVariables: false }],
  };
}

/** What a list calls a request. */
export function nameOf(ref: RequestRef, description: RequestDescription): string {
  if (!isHttpFile(ref.file)) {
    return path.basename(ref.file);
  }
  return description.name ?? `${description.method} ${description.target}`;
}
