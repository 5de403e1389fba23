/**
 * Keys, tokens and passwords do not belong on a screen that is shared, nor in a report.
 *
 * Each expression reads a text once: a repetition is bounded, or what it has read counts however the
 * text goes on, or a look behind lets it begin once in each run of its characters. A line of a
 * megabyte costs milliseconds.
 */

const MASK = "•••";

/** Names of settings, headers and fields whose value is a secret, as the end of a name. */
const NAMES = [
  ...["secret", "secret[_-]?value", "password", "passwd", "pwd", "passphrase", "credential"],
  ...["token", "api[_-]?key", "access[_-]?key", "account[_-]?key", "shared[_-]?access[_-]?key"],
  ...["shared[_-]?access[_-]?signature", "instrumentation[_-]?key", "appinsights[_-]?key"],
  ...["insights[_-]?key", "private[_-]?key", "subscription[_-]?key", "primary[_-]?key"],
  ...["secondary[_-]?key", "functions[_-]?key", "connection[_-]?string", "set-cookie", "cookie"],
].join("|");
/** As Python, JSON and shells write it: quoted or not, and quoted within a quoted text. */
const QUOTE = String.raw`\\{0,3}["']`;
const VALUE = String.raw`(?:${QUOTE}[^"'\\\n]+|(?!(?:none|null|true|false)\b)[^\s"',;&)\]}\\]+)`;

type Rule = readonly [pattern: RegExp, replacement: string];

const RULES: readonly Rule[] = [
  // A connection string as the value of a name: all of it, up to the quote or blank.
  [
    new RegExp(
      String.raw`(connection[_-]?string(?:${QUOTE})?\s{0,4}[:=]\s{0,4}(?:${QUOTE})?)[^\s"'\\]+`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  [
    new RegExp(
      String.raw`(authorization(?:${QUOTE})?\s{0,4}[:=,]\s{0,4}(?:${QUOTE})?(?:(?:bearer|basic|digest|sharedkey|sharedaccesssignature)\s{1,4})?)[^\s"',\\]+`,
      "gi",
    ),
    `$1${MASK}`,
  ],
  [
    new RegExp(String.raw`(cookie(?:${QUOTE})?\s{0,4}[:=]\s{0,4}(?:${QUOTE})?)[^"'\n]+`, "gi"),
    `$1${MASK}`,
  ],
  [/\b(bearer\s{1,4})[\w.~+/=-]{8,}/gi, `$1${MASK}`],
  // The signature of a shared access, and what else an address gives away.
  [/([?&](?:sig|code|key|[\w-]{0,20}(?:key|token|secret))=)[^&\s"'<>]+/gi, `$1${MASK}`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"']{0,100}:)[^\s@/"']{1,200}(?=@)/gi, `$1${MASK}`],
  [/(--[\w-]{0,40}(?:key|token|secret|password)[= ])(?!-)[^\s"']+/gi, `$1${MASK}`],
  // JSON Web Tokens, keys of storage accounts, and tokens that their prefix gives away.
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, MASK],
  [/(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g, MASK],
  [/(?<![\w-])(?:sk-|hf_|gh[pousr]_|github_pat_|xox[abp]-|AKIA)[\w-]{16,}/g, MASK],
];

const NAMED = new RegExp(
  String.raw`((?:${NAMES})\d?(?:${QUOTE})?\s{0,4}[:=]\s{0,4})(${VALUE})`,
  "gi",
);
const OPENING = new RegExp(`^${QUOTE}`);

/** The text without what is a secret, as far as its form or the name before it tells. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const [pattern, replacement] of RULES) {
    masked = masked.replace(pattern, replacement);
  }
  return masked.replace(NAMED, (_, name: string, value: string) => {
    const quote = OPENING.exec(value)?.[0] ?? "";
    return `${name}${quote}${MASK}`;
  });
}

const KEY_BEGINS = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const KEY_ENDS = /-----END [A-Z ]{0,40}PRIVATE KEY-----/;
/** A key whose end never comes must not hide everything that follows. */
const LONGEST_KEY_LINES = 100;

/** Masks the lines of one text, one after the other: a private key takes several. */
export function lineMasker(): (line: string) => string {
  let left = 0;
  return (line) => {
    if (KEY_ENDS.test(line)) {
      left = 0;
      return MASK;
    }
    if (KEY_BEGINS.test(line)) {
      left = LONGEST_KEY_LINES;
    }
    if (left > 0) {
      left -= 1;
      return MASK;
    }
    return maskSecrets(line);
  };
}
