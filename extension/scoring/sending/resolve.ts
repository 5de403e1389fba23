import * as path from "node:path";
import { type Header, headerOf, type RequestDescription } from "../httpFile/requestDescription";
import type { Variables } from "../httpFile/variables";
import { contentTypeOf } from "./contentTypes";
import type { ResolvedPart, ResolvedRequest } from "./resolvedRequest";

export interface Sources {
  /** The folder that the paths of a request file start from. */
  readonly folder: string;
  readonly variables: Variables | undefined;
  /** The contents of a file, as the editor has them. */
  read(file: string): Promise<Uint8Array>;
}

/** Read what a request takes from files; throws what reading throws, with the path in it. */
export async function resolveRequest(
  description: RequestDescription,
  url: URL,
  sources: Sources,
): Promise<ResolvedRequest> {
  const body: ResolvedPart[] = [];
  for (const part of description.body) {
    if (part.kind === "text") {
      body.push(part);
      continue;
    }
    const file = path.resolve(sources.folder, part.path);
    const bytes = await sources.read(file);
    if (part.hasVariables && sources.variables) {
      const text = Buffer.from(bytes).toString("utf8");
      body.push({ kind: "text", text: sources.variables.substitute(text, () => undefined) });
    } else {
      body.push({ kind: "file", path: file, bytes });
    }
  }
  return {
    method: description.method,
    url,
    headers: withContentType(description.headers, body),
    body,
  };
}

/** JSON is what an entry script gets unless the request says otherwise. */
function withContentType(
  headers: readonly Header[],
  body: readonly ResolvedPart[],
): readonly Header[] {
  if (body.length === 0 || headerOf(headers, "content-type") !== undefined) {
    return headers;
  }
  const [only] = body;
  const type =
    body.length === 1 && only?.kind === "file" ? contentTypeOf(only.path) : "application/json";
  return [...headers, { name: "Content-Type", value: type }];
}
