import type { Header } from "../httpFile/requestDescription";
import type { ResolvedPart, ResolvedRequest } from "../sending/resolvedRequest";

/** The same request as a Python program with the library requests. */
export function asPython(request: ResolvedRequest): string {
  const { method, url, headers, body } = request;
  const hasFile = body.some((part) => part.kind === "file");
  const lines = [...(hasFile ? ["from pathlib import Path", ""] : []), "import requests", ""];
  const given = [literal(method), literal(url.href)];
  if (headers.length > 0) {
    given.push(`headers={\n${merged(headers).map(entry).join("")}    }`);
  }
  if (body.length > 0) {
    lines.push(`body = ${bodyLiteral(body)}`);
    given.push("data=body");
  }
  lines.push(
    `response = requests.request(\n${given.map((each) => `    ${each},\n`).join("")})`,
    "print(response.status_code, response.reason)",
    "print(response.text)",
    "",
  );
  return lines.join("\n");
}

/** A dictionary holds a name once; HTTP joins the values of several by commas. */
function merged(headers: readonly Header[]): Header[] {
  const byName = new Map<string, Header>();
  for (const header of headers) {
    const key = header.name.toLowerCase();
    const known = byName.get(key);
    const value = known ? `${known.value}, ${header.value}` : header.value;
    byName.set(key, { name: known?.name ?? header.name, value });
  }
  return [...byName.values()];
}

function entry({ name, value }: Header): string {
  // Text that Latin-1 cannot hold is refused by http.client; bytes are sent as they are.
  const isPlain = /^\p{ASCII}*$/u.test(value);
  return `        ${literal(name)}: ${literal(value)}${isPlain ? "" : ".encode()"},\n`;
}

function bodyLiteral(body: readonly ResolvedPart[]): string {
  const pieces = body.map((part) =>
    part.kind === "text"
      ? `${textLiteral(part.text)}.encode()`
      : `Path(${literal(part.path)}).read_bytes()`,
  );
  return pieces.length === 1 ? (pieces[0] ?? "") : `(\n    ${pieces.join("\n    + ")}\n)`;
}

/** Line by line, as it stands in the file. */
function textLiteral(text: string): string {
  const lines = text.split(/(?<=\n)/);
  return lines.length === 1
    ? literal(text)
    : `(\n${lines.map((line) => `        ${literal(line)}\n`).join("")}    )`;
}

/** JSON's strings are Python's too: the same quotes and the same escapes. */
function literal(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}
