export interface Header {
  readonly name: string;
  readonly value: string;
}

/** A piece of a body: text of the request file itself, or a file that it names. */
export type BodyPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "file"; readonly path: string; readonly hasVariables: boolean };

/** A request as a file describes it; nothing has been read or sent yet. */
export interface RequestDescription {
  /** What the file calls it; undefined where it has no name of its own. */
  readonly name: string | undefined;
  /** Where it stands in its file, counted from 0: the line with the method, and the last one. */
  readonly line: number;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly method: string;
  /** A path on the server of the entry script, or the full address of another one. */
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: readonly BodyPart[];
  /** Why it cannot be sent as it stands. */
  readonly problem: { readonly line: number; readonly message: string } | undefined;
}

export function headerOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find((header) => header.name.toLowerCase() === name)?.value;
}
