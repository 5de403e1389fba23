import * as l10n from "@vscode/l10n";
import { headerOf } from "../httpFile/requestDescription";
import { type Answer, size } from "../sending/answer";
import { hexDump } from "./hexDump";
import { prettyJson } from "./prettyJson";

/** How an answer's body is shown. */
export type Presentation =
  | {
      readonly kind: "text";
      /** Decides the name's ending and by it the language of the editor. */
      readonly extension: string;
      readonly text: string;
      /** What the text leaves out. */
      readonly note: string | undefined;
    }
  | { readonly kind: "image"; readonly extension: string };

export interface Limits {
  /** Up to this size the whole body is laid out and shown. */
  readonly whole: number;
  /** Of what is larger, the beginning. */
  readonly head: number;
  readonly hex: number;
}

/** More makes an editor slow to open and to colour. */
export const LIMITS: Limits = { whole: 4_000_000, head: 200_000, hex: 64_000 };

const IMAGES: readonly { extension: string; begins: readonly number[]; at: number }[] = [
  { extension: "png", begins: [0x89, 0x50, 0x4e, 0x47], at: 0 },
  { extension: "jpg", begins: [0xff, 0xd8, 0xff], at: 0 },
  { extension: "gif", begins: [0x47, 0x49, 0x46, 0x38], at: 0 },
  { extension: "webp", begins: [0x57, 0x45, 0x42, 0x50], at: 8 },
];

const TEXT_EXTENSIONS: readonly [RegExp, string][] = [
  [/^text\/html$/, "html"],
  [/[/+]xml$/, "xml"],
  [/^text\/csv$/, "csv"],
  [/^text\/markdown$/, "md"],
  [/^(?:text|application)\/(?:x-)?yaml$/, "yaml"],
  [/^(?:text|application)\/(?:x-)?javascript$/, "js"],
];

export function present(answer: Answer, limits: Limits = LIMITS): Presentation {
  const { body } = answer;
  // Scripts that answer with an image often forget to say so: its first bytes tell.
  const image = IMAGES.find(({ begins, at }) => begins.every((byte, i) => body[at + i] === byte));
  if (image) {
    return { kind: "image", extension: image.extension };
  }
  const type = contentType(answer);
  const text = textOf(body);
  if (text === undefined) {
    const shown = body.subarray(0, limits.hex);
    const note = left(shown.length, body.length);
    return { kind: "text", extension: "hex.txt", text: hexDump(shown), note };
  }
  const isJson = /^application\/json$|\+json$/.test(type) && text.trim() !== "";
  if (body.length > limits.whole) {
    const shown = text.slice(0, limits.head);
    return {
      kind: "text",
      // Half a document in the language of the whole would be red all over.
      extension: "txt",
      // One line of that length would be slower than all of its lines.
      text: isJson ? prettyJson(shown) : shown,
      note: left(Buffer.byteLength(shown), body.length),
    };
  }
  if (isJson) {
    return { kind: "text", extension: "json", text: prettyJson(text), note: undefined };
  }
  const extension = TEXT_EXTENSIONS.find(([pattern]) => pattern.test(type))?.[1] ?? "txt";
  return { kind: "text", extension, text, note: undefined };
}

/** The ending of a file that keeps the whole body. */
export function extensionOf(answer: Answer): string {
  const shown = present(answer, { whole: 0, head: 0, hex: 0 });
  if (shown.kind === "image") {
    return shown.extension;
  }
  const type = contentType(answer);
  if (/^application\/json$|\+json$/.test(type)) {
    return "json";
  }
  if (shown.extension === "hex.txt") {
    return "bin";
  }
  return TEXT_EXTENSIONS.find(([pattern]) => pattern.test(type))?.[1] ?? "txt";
}

function contentType({ headers }: Answer): string {
  return (headerOf(headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function textOf(body: Uint8Array): string | undefined {
  if (body.includes(0)) {
    return undefined;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function left(shown: number, whole: number): string | undefined {
  return shown < whole ? l10n.t("the first {0} of {1}", size(shown), size(whole)) : undefined;
}
