import { createScanner, type SyntaxKind } from "jsonc-parser";

const LINE_WIDTH = 100;
const INDENT = "  ";
/** A const enum of another module has no values at run time. */
const END: SyntaxKind.EOF = 17;

/**
 * Lay JSON out for reading. The tokens stay as they came: numbers keep their digits, keys their
 * order, and NaN, which Python writes, is no reason to give up. A list or object that fits in a
 * line stays in one, so that a matrix looks like one. One pass: answers may be large.
 */
export function prettyJson(text: string): string {
  const tokens = tokensOf(text);
  const widths = widthsOf(tokens);
  let out = "";
  let depth = 0;
  let column = 0;
  /** How many brackets are open within the line. */
  let inline = 0;
  const write = (piece: string): void => {
    out += piece;
    column += piece.length;
  };
  const newLine = (): void => {
    out += `\n${INDENT.repeat(depth)}`;
    column = INDENT.length * depth;
  };
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (isOpening(token)) {
      write(token);
      const width = widths[index] ?? 0;
      if (inline > 0 || column - 1 + width <= LINE_WIDTH) {
        inline++;
        if (token === "{" && next !== "}") {
          write(" ");
        }
      } else {
        depth++;
        newLine();
      }
    } else if (isClosing(token)) {
      if (inline > 0) {
        inline--;
        if (token === "}" && tokens[index - 1] !== "{") {
          write(" ");
        }
      } else {
        depth = Math.max(0, depth - 1);
        newLine();
      }
      write(token);
    } else if (token === ",") {
      write(inline > 0 ? ", " : ",");
      if (inline === 0) {
        newLine();
      }
    } else {
      write(token === ":" ? ": " : token);
    }
  });
  return out;
}

function tokensOf(text: string): string[] {
  const scanner = createScanner(text, true);
  const tokens: string[] = [];
  while (scanner.scan() !== END) {
    tokens.push(
      text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength()),
    );
  }
  return tokens;
}

/** For each opening bracket how much room it needs, up to its closing one, in a single line. */
function widthsOf(tokens: readonly string[]): number[] {
  const widths: number[] = new Array<number>(tokens.length).fill(0);
  const open: { index: number; start: number; hasNested: boolean }[] = [];
  let total = 0;
  tokens.forEach((token, index) => {
    if (isOpening(token)) {
      open.push({ index, start: total, hasNested: false });
    }
    total += token.length + (token === "," || token === ":" ? 1 : 0);
    if (isClosing(token)) {
      const opened = open.pop();
      const around = open.at(-1);
      if (opened) {
        const blanks = token === "}" ? 2 : 0;
        total += blanks;
        // A list of lists is a table: a line for each row.
        widths[opened.index] = opened.hasNested ? Number.POSITIVE_INFINITY : total - opened.start;
      }
      if (around) {
        around.hasNested = true;
      }
    }
  });
  for (const { index } of open) {
    widths[index] = Number.POSITIVE_INFINITY;
  }
  return widths;
}

function isOpening(token: string): boolean {
  return token === "[" || token === "{";
}

function isClosing(token: string): boolean {
  return token === "]" || token === "}";
}
