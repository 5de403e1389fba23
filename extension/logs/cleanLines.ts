import { stripVTControlCharacters } from "node:util";
import * as l10n from "@vscode/l10n";

/** Longer lines are data that somebody has printed. */
const LONGEST = 16_384;
/** What waits for its line break; the rest of such a line is not kept. */
const LONGEST_WAITING = 1_000_000;
// Control characters but the tab, and those that turn the direction of a text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed.
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Whole lines out of pieces of output, which end anywhere. */
export class LineAssembler {
  private waiting = "";

  /** The lines that a piece completes. */
  add(piece: string): readonly string[] {
    const lines = (this.waiting + piece).split("\n");
    this.waiting = (lines.pop() ?? "").slice(0, LONGEST_WAITING);
    return lines;
  }

  /** What came without a line break; nothing more will come. */
  end(): readonly string[] {
    const rest = this.waiting;
    this.waiting = "";
    return rest === "" ? [] : [rest];
  }
}

/** A line as a terminal would show it in the end: without colours, and without what was overwritten. */
export function cleanLine(line: string): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  // A progress bar writes over itself.
  const shown = text.slice(text.lastIndexOf("\r") + 1);
  return stripVTControlCharacters(shown).replace(CONTROLS, "");
}

export function shortened(line: string): string {
  return line.length <= LONGEST
    ? line
    : `${line.slice(0, LONGEST)} … (${l10n.t("{0} more characters", line.length - LONGEST)})`;
}
