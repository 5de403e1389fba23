import * as l10n from "@vscode/l10n";
import {
  type BodyPart,
  type Header,
  headerOf,
  type RequestDescription,
} from "./requestDescription";
import { isDefinition, Variables } from "./variables";

export interface HttpFile {
  readonly requests: readonly RequestDescription[];
  /** For files that a body takes in with `<@`. */
  readonly variables: Variables;
}

const SEPARATOR = /^###+\s*(.*?)\s*$/;
const COMMENT = /^\s*(?:#|\/\/)/;
const NAME = /^\s*(?:#|\/\/)\s*@name\s+(.+?)\s*$/;
const REQUEST_LINE = /^\s*(?:([A-Za-z]+)\s+)?(\S.*?)(?:\s+HTTP\/[\d.]+)?\s*$/;
const HEADER = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*?)\s*$/;
/** A blank follows the angle, so that the tags of an XML body are none. */
const BODY_FILE = /^<(@\w*)?\s+(\S.*?)\s*$/;
/** What IntelliJ's HTTP client keeps behind a body: a script for the answer, a link to an old one. */
const AFTER_BODY = /^(?:>\s+(?:\{%|\S+\.js\s*$)|<>\s)/;

/** Read the common format of `.http` and `.rest` files. */
export function parseHttpFile(text: string): HttpFile {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const variables = new Variables(lines);
  const requests: RequestDescription[] = [];
  let first = 0;
  for (let next = 0; next <= lines.length; next++) {
    if (next === lines.length || SEPARATOR.test(lines[next] ?? "")) {
      const request = new Block(lines, first, next, variables).read();
      if (request) {
        requests.push(request);
      }
      first = next;
    }
  }
  return { requests, variables };
}

/** The lines from one separator to the next; they hold one request, or none. */
class Block {
  private problem: RequestDescription["problem"];
  private name: string | undefined;
  private at: number;

  constructor(
    private readonly lines: readonly string[],
    private readonly first: number,
    private readonly end: number,
    private readonly variables: Variables,
  ) {
    this.at = first;
    const title = SEPARATOR.exec(lines[first] ?? "")?.[1];
    if (title !== undefined) {
      this.name = title === "" ? undefined : title;
      this.at++;
    }
  }

  read(): RequestDescription | undefined {
    this.skipToRequestLine();
    if (this.at >= this.end) {
      return undefined;
    }
    const line = this.at;
    const [, word, rest] = REQUEST_LINE.exec(this.line()) ?? [];
    // "localhost/score" alone is an address, and GET is meant.
    const method = word?.toUpperCase() ?? "GET";
    this.at++;
    const target = (rest ?? "") + this.continuation();
    const headers = this.headers();
    const body = this.body(headers);
    return {
      name: this.name,
      line,
      firstLine: this.first,
      lastLine: Math.max(this.at - 1, line),
      method,
      target: this.substituted(target, line),
      headers,
      body,
      problem: this.problem,
    };
  }

  private line(): string {
    return this.lines[this.at] ?? "";
  }

  private skipToRequestLine(): void {
    for (; this.at < this.end; this.at++) {
      const line = this.line();
      this.name = NAME.exec(line)?.[1] ?? this.name;
      if (line.trim() !== "" && !COMMENT.test(line) && !isDefinition(line)) {
        return;
      }
    }
  }

  /** A long query may go on in lines of its own. */
  private continuation(): string {
    let text = "";
    for (; this.at < this.end; this.at++) {
      const line = this.line();
      if (!/^\s*[?&]|^\s+\//.test(line)) {
        return text;
      }
      text += line.trim();
    }
    return text;
  }

  private headers(): Header[] {
    const headers: Header[] = [];
    for (; this.at < this.end && this.line().trim() !== ""; this.at++) {
      const line = this.line();
      const [, name, value] = HEADER.exec(line) ?? [];
      if (name !== undefined && value !== undefined && !line.startsWith("#")) {
        headers.push({ name, value: this.substituted(value, this.at) });
      } else if (!COMMENT.test(line)) {
        this.problem ??= {
          line: this.at,
          message: l10n.t(
            '"{0}" is no header. A blank line has to stand before the body.',
            line.trim(),
          ),
        };
      }
    }
    return headers;
  }

  private body(headers: readonly Header[]): BodyPart[] {
    this.at++;
    let last = this.end;
    const after = this.lines.slice(this.at, this.end).findIndex((line) => AFTER_BODY.test(line));
    if (after >= 0) {
      last = this.at + after;
    }
    while (last > this.at && this.lines[last - 1]?.trim() === "") {
      last--;
    }
    const start = Math.min(this.at, this.end);
    this.at = Math.max(last, start);
    const lineEnd = lineEndOf(headerOf(headers, "content-type") ?? "");
    const parts: BodyPart[] = [];
    let text = "";
    for (let at = start; at < last; at++) {
      const line = this.lines[at] ?? "";
      const [, marker, path] = BODY_FILE.exec(line) ?? [];
      if (path === undefined) {
        // What nothing defines stays: double braces are a template's as well.
        text += this.variables.substitute(line, () => undefined);
      } else {
        pushText(parts, text);
        text = "";
        parts.push({
          kind: "file",
          path: this.substituted(path, at),
          hasVariables: marker !== undefined,
        });
      }
      text += at + 1 < last ? lineEnd : "";
    }
    pushText(parts, text);
    return parts;
  }

  private substituted(text: string, line: number): string {
    return this.variables.substitute(text, (name) => {
      this.problem ??= {
        line,
        message: l10n.t(
          'Nothing says what the variable {0} is. A line "@{0} = …" in this file would.',
          name,
        ),
      };
    });
  }
}

/** Multipart bodies want the line ends of mail; lines of a form are pieces of one. */
function lineEndOf(contentType: string): string {
  if (/^multipart\//i.test(contentType)) {
    return "\r\n";
  }
  return /^application\/x-www-form-urlencoded/i.test(contentType) ? "" : "\n";
}

function pushText(parts: BodyPart[], text: string): void {
  if (text !== "") {
    parts.push({ kind: "text", text });
  }
}
