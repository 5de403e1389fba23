import { isDeepStrictEqual } from "node:util";
import * as l10n from "@vscode/l10n";
import * as jsonc from "jsonc-parser";
import type { Entry } from "./entries";

/** What becomes of the text of a launch.json. */
export type Addition =
  | {
      readonly kind: "added";
      /** One replacement; everything else stays as it was, comments and all. */
      readonly edit: jsonc.Edit;
      readonly names: readonly string[];
      /** Where, in the new text, the first added entry begins. */
      readonly offset: number;
    }
  /** All of it stands there already; `offset` is where. */
  | { readonly kind: "present"; readonly offset: number }
  /** Nothing can be added to a text that is not what VS Code reads. */
  | { readonly kind: "unusable"; readonly reason: string; readonly offset: number };

const CONFIGURATIONS = "configurations";

/** Add to a launch.json the entries that it has not yet. An empty text is a file to be made. */
export function addEntries(text: string, entries: readonly Entry[]): Addition {
  const original = text.trim() === "" ? "" : text;
  const errors: jsonc.ParseError[] = [];
  const root =
    original &&
    jsonc.parseTree(original, errors, { allowTrailingComma: true, disallowComments: false });
  const [error] = errors;
  if (error) {
    return {
      kind: "unusable",
      reason: jsonc.printParseErrorCode(error.error),
      offset: error.offset,
    };
  }
  const list = root ? jsonc.findNodeAtLocation(root, [CONFIGURATIONS]) : undefined;
  if (root && root.type !== "object") {
    return { kind: "unusable", reason: l10n.t("it is not an object"), offset: root.offset };
  }
  if (list && list.type !== "array") {
    return {
      kind: "unusable",
      reason: l10n.t("{0} is not a list", CONFIGURATIONS),
      offset: list.offset,
    };
  }
  const nodes = list?.children ?? [];
  const present = nodes.map((node) => jsonc.getNodeValue(node) as unknown);
  const missing = withoutPresent(entries, present);
  if (missing.length === 0) {
    const index = present.findIndex((found) => entries.some((entry) => sameContent(entry, found)));
    return { kind: "present", offset: nodes[index]?.offset ?? 0 };
  }
  const changed = original ? insert(original, missing, list) : newFile(missing);
  const tree = jsonc.parseTree(changed);
  const first = tree && jsonc.findNodeAtLocation(tree, [CONFIGURATIONS, 0]);
  return {
    kind: "added",
    edit: difference(text, changed),
    names: missing.map(({ name }) => name),
    offset: first?.offset ?? 0,
  };
}

/** Those whose content is new, under names that are still free. */
function withoutPresent(entries: readonly Entry[], present: readonly unknown[]): Entry[] {
  const taken = new Set(present.map((entry) => (entry as Partial<Entry> | null)?.name));
  const missing: Entry[] = [];
  for (const entry of entries) {
    if ([...present, ...missing].some((other) => sameContent(entry, other))) {
      continue;
    }
    let { name } = entry;
    for (let number = 2; taken.has(name); number++) {
      name = `${entry.name} (${number})`;
    }
    taken.add(name);
    missing.push({ ...entry, name });
  }
  return missing;
}

function sameContent(entry: Entry, other: unknown): boolean {
  const nameless = (value: unknown) => ({ ...(value as object), name: undefined });
  return isDeepStrictEqual(nameless(entry), nameless(other));
}

function newFile(entries: readonly Entry[]): string {
  return `${JSON.stringify({ version: "0.2.0", [CONFIGURATIONS]: entries }, undefined, 2)}\n`;
}

/**
 * In front of the others, where VS Code's own "Add Configuration…" puts them: behind the last one
 * there may be a comment that belongs to it.
 */
function insert(text: string, entries: readonly Entry[], list: jsonc.Node | undefined): string {
  const options = { formattingOptions: formattingOf(text) };
  if (!list) {
    return jsonc.applyEdits(text, jsonc.modify(text, [CONFIGURATIONS], entries, options));
  }
  return [...entries].reverse().reduce((changing, entry) => {
    const insertion = { ...options, isArrayInsertion: true };
    const edits = jsonc.modify(changing, [CONFIGURATIONS, 0], entry, insertion);
    return jsonc.applyEdits(changing, edits);
  }, text);
}

function formattingOf(text: string): jsonc.FormattingOptions {
  const [, indent = "  "] = /^([ \t]+)"/m.exec(text) ?? [];
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 4 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

/** The one replacement that makes `after` of `before`. */
function difference(before: string, after: string): jsonc.Edit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) {
    end++;
  }
  return {
    offset: start,
    length: before.length - start - end,
    content: after.slice(start, after.length - end),
  };
}
