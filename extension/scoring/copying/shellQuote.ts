/** Only what would not survive between plain quotes needs the other ones. */
const NEEDS_ESCAPES = /(?!\n)\p{Cc}/u;
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** One word of a shell command, whatever is in it. */
export function quoteForShell(word: string): string {
  if (PLAIN_WORD.test(word)) {
    return word;
  }
  if (!NEEDS_ESCAPES.test(word)) {
    return `'${word.replaceAll("'", "'\\''")}'`;
  }
  const escaped = word.replace(/[\\']|\p{Cc}/gu, (character) => {
    if (character === "\\" || character === "'") {
      return `\\${character}`;
    }
    const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
    if (named === undefined && character > "\u007f") {
      return character;
    }
    // Three digits: a shorter number would swallow digits that follow.
    return named ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
  return `$'${escaped}'`;
}
