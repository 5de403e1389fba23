// The guide pages say what the product does: what they quote and link to has to be there.

import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

const ROOT = path.join(__dirname, "../..");
const read = (name: string) => fs.readFileSync(path.join(ROOT, name), "utf8");

test("troubleshooting quotes the messages that people see", () => {
  const code = ["extension", "python_backend"].flatMap(sources).map(joined).join("\n");
  const quotes = read("docs/troubleshooting.md").match(/^> .+/gm) ?? [];
  assert.ok(quotes.length > 20, "the page quotes messages as `> …`");
  const missing = quotes.flatMap((quote) =>
    fixedParts(quote).filter((part) => !code.includes(part)),
  );
  assert.deepEqual(missing, []);
});

test("no guide page leads to a page, a heading or a picture that is not there", () => {
  const pages = ["README.md", "CONTRIBUTING.md", ...markdown("docs")];
  assert.deepEqual(pages.flatMap(brokenLinks), []);
});

/** The text between the places that differ; too short ones are found by chance anywhere. */
function fixedParts(quote: string): string[] {
  return quote
    .slice(2)
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part.length >= 8);
}

/** Python writes long texts in pieces, one a line. */
function joined(file: string): string {
  return fs.readFileSync(file, "utf8").replace(/(["'])\s*\n\s*f?\1/g, "");
}

function sources(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|py)$/.test(name))
    .map((name) => path.join(ROOT, folder, name));
}

function markdown(folder: string): string[] {
  const names = fs.readdirSync(path.join(ROOT, folder));
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}

function brokenLinks(page: string): string[] {
  const links = [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
  return links
    .filter((link) => link !== undefined && !/^[a-z]+:/.test(link))
    .filter((link) => !leadsSomewhere(page, link ?? ""))
    .map((link) => `${page}: ${link}`);
}

function leadsSomewhere(page: string, link: string): boolean {
  const [target = "", heading] = link.split("#");
  const file = target === "" ? page : path.posix.join(path.posix.dirname(page), target);
  if (!fs.existsSync(path.join(ROOT, file))) {
    return false;
  }
  return heading === undefined || anchors(read(file)).includes(heading);
}

/** As the usual hosts make them of headings. */
function anchors(text: string): string[] {
  const headings = withoutCode(text).match(/^#{1,6} .+/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, "")
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, "");
}
