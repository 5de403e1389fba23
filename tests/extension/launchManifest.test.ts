import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { ATTACH } from "../../extension/debugging/attachAttributes";
import type { Attribute } from "../../extension/debugging/attributeKinds";
import { LAUNCH } from "../../extension/debugging/launchAttributes";

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

const read = (name: string) => fs.readFileSync(path.join(__dirname, "../..", name), "utf8");
const REQUESTS = { launch: LAUNCH, attach: ATTACH } as const;

test("the manifest, the check and the documentation know the same attributes", () => {
  const manifest = JSON.parse(read("package.json"));
  const declared = manifest.contributes.debuggers[0].configurationAttributes;
  const documentation = read("docs/debugging.md").split(
    "## Attributes of a debug configuration",
  )[1];
  for (const request of ["launch", "attach"] as const) {
    sameAttributes(request, REQUESTS[request], declared[request].properties);
    const title = new RegExp(`^### ${request}$`, "im");
    sameTable(REQUESTS[request], (documentation ?? "").split(title)[1]?.split(/^#/m)[0] ?? "");
  }
});

function sameAttributes(
  where: string,
  known: Readonly<Record<string, Attribute>>,
  declared: Readonly<Record<string, Schema>>,
): void {
  assert.deepEqual(Object.keys(declared), Object.keys(known), where);
  for (const [name, attribute] of Object.entries(known)) {
    sameAttribute(`${where}.${name}`, attribute, declared[name] ?? {});
  }
}

function sameAttribute(where: string, attribute: Attribute, schema: Schema): void {
  const types = attribute.type === "integer" ? ["integer", "string"] : attribute.type;
  assert.deepEqual(schema.type, types, where);
  for (const key of ["default", "enum", "minimum", "maximum", "required"] as const) {
    assert.deepEqual(schema[key], attribute[key], `${where}: ${key}`);
  }
  if (attribute.properties) {
    sameAttributes(where, attribute.properties, schema.properties ?? {});
  }
  if (attribute.items) {
    sameAttribute(`${where}[]`, attribute.items, schema.items ?? {});
  } else if (!where.endsWith("[]")) {
    assert.ok(schema.description, `${where} has no description`);
  }
}

function sameTable(known: Readonly<Record<string, Attribute>>, table: string): void {
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  assert.deepEqual(
    rows.map(([, name]) => name),
    Object.keys(known).map((name) => `\`${name}\``),
  );
  for (const [, name = "", type, fallback, meaning = ""] of rows) {
    const attribute = known[name.replaceAll("`", "")];
    assert.ok(attribute);
    assert.equal(type, typeInWords(attribute), name);
    const { default: value } = attribute;
    assert.equal(fallback, value === undefined ? "–" : `\`${JSON.stringify(value)}\``, name);
    const parts = attribute.properties ?? attribute.items?.properties ?? {};
    for (const part of Object.keys(parts)) {
      assert.ok(meaning.includes(`\`${part}\``), `${name}: ${part} is not documented`);
    }
  }
}

function typeInWords({ type, minimum, maximum, enum: words }: Attribute): string {
  if (words) {
    return `${type}: ${words.map((word) => `\`${word}\``).join(", ")}`;
  }
  if (minimum === undefined) {
    return type;
  }
  return maximum === undefined ? `${type}, from ${minimum}` : `${type}, ${minimum}–${maximum}`;
}
