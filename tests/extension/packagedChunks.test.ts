import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import * as esbuild from "esbuild";
import { demandNames } from "../../extension/tasks/package";
import { ROOT } from "../../extension/tasks/project";

/** What the package is made of, with a module in the place of the extension. */
async function chunksOf(source: string): Promise<esbuild.Metafile> {
  const { metafile } = await esbuild.build({
    stdin: { contents: source, resolveDir: path.join(ROOT, "extension", "debugging") },
    ...{ write: false, metafile: true, bundle: true, splitting: true, outdir: "dist" },
    ...{ platform: "node", format: "esm", mainFields: ["module", "main"] },
  });
  return metafile;
}

test("A library that would be loaded without its names ends the packaging, and not each F5", async () => {
  const direct = await chunksOf('import("vscode-jsonrpc/node").then(console.log);');
  assert.throws(() => demandNames(direct), /vscode-jsonrpc.* finds none of its names/);
  demandNames(await chunksOf('import("./adapterFraming").then(console.log);'));
});

test("What the extension loads later is a module of ours", () => {
  const sources = fs
    .readdirSync(path.join(ROOT, "extension"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("tasks"));
  const imported = sources.flatMap((file) => {
    const text = fs.readFileSync(path.join(ROOT, "extension", file), "utf8");
    return [...text.matchAll(/\bimport\(\s*"([^"]+)"/g)].map(([, name]) => `${file}: ${name}`);
  });
  assert.ok(imported.length > 0);
  assert.deepEqual(
    imported.filter((each) => !/: \.\.?\//.test(each)),
    [],
  );
});
