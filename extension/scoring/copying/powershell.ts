import type { Header } from "../httpFile/requestDescription";
import type { ResolvedPart, ResolvedRequest } from "../sending/resolvedRequest";

/** PowerShell takes the typographic quotes for quotes, too. */
const SINGLE_QUOTES = /['\u2018\u2019\u201a\u201b]/g;
const CONTINUED = " `\n  ";
/** Windows PowerShell 5.1 knows no other methods. */
const METHODS = /^(?:GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|TRACE|MERGE)$/;

/** The same request for Invoke-WebRequest of Windows PowerShell 5.1 and later. */
export function asPowerShell(request: ResolvedRequest): string {
  const { method, url, headers, body } = request;
  const lines: string[] = [];
  const words = [
    "Invoke-WebRequest -UseBasicParsing",
    `${METHODS.test(method) ? "-Method" : "-CustomMethod"} ${quoted(method)}`,
    `-Uri ${quoted(url.href)}`,
  ];
  const type = headers.find(({ name }) => /^content-type$/i.test(name));
  const others = headers.filter((header) => header !== type);
  if (others.length > 0) {
    words.push(`-Headers @{ ${joined(others).map(entry).join("; ")} }`);
  }
  if (type) {
    // 5.1 refuses it among the headers.
    words.push(`-ContentType ${quoted(type.value)}`);
  }
  const [only] = body;
  if (body.length === 1 && only?.kind === "file") {
    words.push(`-InFile ${quoted(only.path)}`);
  } else if (body.length > 0) {
    // Bytes, because text would be sent as Latin-1.
    lines.push("$body = [IO.MemoryStream]::new()");
    for (const part of body) {
      lines.push(`$bytes = ${bytes(part)}`, "$body.Write($bytes, 0, $bytes.Length)");
    }
    words.push("-Body $body.ToArray()");
  }
  return [...lines, words.join(CONTINUED)].join("\n");
}

function joined(headers: readonly Header[]): Header[] {
  const byName = new Map<string, Header>();
  for (const header of headers) {
    const key = header.name.toLowerCase();
    const known = byName.get(key);
    byName.set(key, known ? { ...known, value: `${known.value}, ${header.value}` } : header);
  }
  return [...byName.values()];
}

function entry({ name, value }: Header): string {
  return `${quoted(name)} = ${quoted(value)}`;
}

function bytes(part: ResolvedPart): string {
  return part.kind === "text"
    ? `[Text.Encoding]::UTF8.GetBytes(${text(part.text)})`
    : `[IO.File]::ReadAllBytes(${quoted(part.path)})`;
}

/** Line by line, joined by what joined them: pasting may change the ends of lines. */
function text(value: string): string {
  const lineEnd = value.includes("\r\n") ? "\r\n" : "\n";
  const lines = value.split(lineEnd).map(quoted);
  return lines.length === 1
    ? (lines[0] ?? "''")
    : `(@(\n  ${lines.join(",\n  ")}\n) -join ${lineEnd === "\n" ? '"`n"' : '"`r`n"'})`;
}

/** A literal string, in which nothing but a quote means anything. */
function quoted(value: string): string {
  const literal = `'${value.replace(SINGLE_QUOTES, (quote) => quote + quote)}'`;
  // A control character would not survive the clipboard.
  const control = /\p{Cc}/gu;
  return control.test(value)
    ? `(${literal.replace(control, (character) => `' + [char]${character.charCodeAt(0)} + '`)})`
    : literal;
}
