import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { BUNDLE, messagesInSources } from "../../extension/tasks/l10n";
import { ROOT } from "../../extension/tasks/project";

type Texts = Readonly<Record<string, string>>;

const LANGUAGES = ["ja", "ko", "zh-cn"];
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), "utf8");
const texts = (file: string): Texts => JSON.parse(read(file));

/** What a translation has to keep as it is: placeholders, icons, code, targets of links. */
const KEPT = /\{\d+\}|\$\([\w-]+\)|`[^`]+`|(?<=\]\()[^)]+(?=\))|\bAML\d+\b/g;

test("Translators get every message that the extension shows", async () => {
  const message = "the messages have changed: npm run l10n";
  assert.equal(fs.readFileSync(BUNDLE, "utf8"), await messagesInSources(), message);
});

test("Every text of the manifest is there, and none is left over", () => {
  const used = [...read("package.json").matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key ?? "");
  assert.deepEqual([...new Set(used)].sort(), Object.keys(texts("package.nls.json")).sort());
});

for (const language of LANGUAGES) {
  for (const [english, translated] of [
    ["package.nls.json", `package.nls.${language}.json`],
    ["extension/l10n/bundle.l10n.json", `extension/l10n/bundle.l10n.${language}.json`],
  ] as const) {
    test(`Readers of ${language} find all of ${english} in their language`, () => {
      const source = texts(english);
      const target = texts(translated);
      assert.deepEqual(Object.keys(target).sort(), Object.keys(source).sort());
      for (const [key, text] of Object.entries(source)) {
        const translation = target[key] ?? "";
        assert.notEqual(translation.trim(), "", key);
        assert.deepEqual(kept(translation), kept(text), `${key}: ${translation}`);
      }
    });

    test(`Most of ${translated} is not in English`, () => {
      const source = texts(english);
      const same = Object.entries(texts(translated)).filter(([key, text]) => text === source[key]);
      const names = same.map(([key]) => key);
      assert.ok(
        names.length < Object.keys(source).length / 10,
        `untranslated: ${names.join(", ")}`,
      );
    });
  }
}

function kept(text: string): string[] {
  return [...text.matchAll(KEPT)].map(([found]) => found).sort();
}
