import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

interface Setting {
  readonly default: unknown;
  readonly scope: string;
  readonly markdownDescription: string;
}

const read = (name: string) => fs.readFileSync(path.join(__dirname, "../..", name), "utf8");
const manifest = JSON.parse(read("package.json"));
const texts: Readonly<Record<string, string>> = JSON.parse(read("package.nls.json"));
const settings: Readonly<Record<string, Setting>> = manifest.contributes.configuration.properties;
const commands: readonly string[] = manifest.contributes.commands.map(
  ({ command }: { command: string }) => command,
);

/** What docs/settings.md calls VS Code's scopes. */
const SCOPES: Readonly<Record<string, string>> = {
  resource: "folder",
  "machine-overridable": "machine, overridable",
  window: "window",
};

test("the extension and the Python package are released under one version", () => {
  const python = /^__version__ = "(.+)"$/m.exec(read("python_backend/azmlinfsrv/__init__.py"))?.[1];
  assert.equal(python, manifest.version);
  assert.match(read("CHANGELOG.md"), new RegExp(`^## ${manifest.version} – `, "m"));
});

test("docs/settings.md knows every setting, its default, scope and restriction", () => {
  const restricted: readonly string[] =
    manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  const rows = [...read("docs/settings.md").matchAll(/^\| \[`(azmlinfsrv\..+)$/gm)].map((row) =>
    row[0].split("|").map((cell) => cell.trim()),
  );
  const documented = rows.map(([, name, fallback, scope, untrusted]) => ({
    name: /`(.+)`/.exec(name ?? "")?.[1],
    default: JSON.parse((fallback ?? "").replaceAll("`", "")),
    scope,
    isRestricted: untrusted !== "",
  }));
  const declared = Object.entries(settings).map(([name, setting]) => ({
    name,
    default: setting.default,
    scope: SCOPES[setting.scope],
    isRestricted: restricted.includes(name),
  }));
  const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }) =>
    (one.name ?? "").localeCompare(other.name ?? "");
  assert.deepEqual(documented.sort(byName), declared.sort(byName));
});

test("links in the settings' descriptions lead to settings and commands that exist", () => {
  for (const [name, setting] of Object.entries(settings)) {
    const text = texts[setting.markdownDescription.replaceAll("%", "")] ?? "";
    assert.notEqual(text, "", name);
    for (const [, linked] of text.matchAll(/`#(azmlinfsrv\.[^#]+)#`/g)) {
      assert.ok(linked && linked in settings && linked !== name, `${name}: ${linked}`);
    }
    for (const [, command] of text.matchAll(/\(command:([^)]+)\)/g)) {
      assert.ok(command && commands.includes(command), `${name}: ${command}`);
    }
  }
});
