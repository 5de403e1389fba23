// `npm run package`: writes dist/azmlinfsrv.vsix – the extension, the backend and its libraries.
// `-- --pre-release` marks it for the Marketplace, which wants to know when it is packaged.

import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { createVSIX } from "@vscode/vsce";
import * as esbuild from "esbuild";
import { bundleLibraries } from "./bundle";
import { BUNDLE, DIST, ROOT, VSIX } from "./project";

/** What goes into the package as it is, so far as .vscodeignore lets it. */
const PACKED = [
  ...["package.json", ".vscodeignore", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE"],
  ...[
    "package.nls.json",
    ...["ja", "ko", "zh-cn"].map((language) => `package.nls.${language}.json`),
  ],
  ...["extension", "media"],
  // Not its environment, nor its model: those are made where the example is opened.
  ...["README.md", "score.py", "train.py", "requirements.in", "sample-request.json", ".vscode"].map(
    (file) => `examples/diabetes/${file}`,
  ),
];
/** Everything that the package is made of. */
const INPUTS = [...PACKED, "package-lock.json", "python_backend"];
const MAIN = path.join(DIST, "extension.js");
const CHUNKS = path.join(DIST, "chunks");
const TARGET = "node20";
/** Bytes of what is loaded when the extension is activated, and of the package. */
const EXTENSION_LIMIT = 500_000;
const VSIX_LIMIT = 15_000_000;
const STAMP = path.join(DIST, ".package-stamp");

/** Build the package unless its inputs are those of the last time. */
export async function packageExtension(
  log: (line: string) => void = console.log,
  { isRelease = false, preRelease = false } = {},
): Promise<void> {
  const content = await digestOf(INPUTS.map((input) => path.join(ROOT, input)));
  const digest = [content, isRelease && "release", preRelease && "pre-release"].join(" ");
  if ((await readIfThere(STAMP)) === digest && (await readIfThere(VSIX)) !== undefined) {
    return;
  }
  const started = Date.now();
  await fs.rm(STAMP, { force: true });
  await bundleLibraries(BUNDLE);
  await bundleScripts();
  await withStage((stage) =>
    quietly(() =>
      createVSIX({
        cwd: stage,
        packagePath: VSIX,
        dependencies: false,
        preRelease,
        skipLicense: false,
        allowMissingRepository: true,
        // The pictures are in the package; there is no repository address to point them to.
        rewriteRelativeLinks: false,
        // Half of the time, and for the eyes of others only.
        allowPackageAllSecrets: !isRelease,
      }),
    ),
  );
  await demandSize(VSIX, VSIX_LIMIT);
  await fs.writeFile(STAMP, digest);
  const megabytes = ((await fs.stat(VSIX)).size / 1e6).toFixed(1);
  log(`dist/azmlinfsrv.vsix: ${megabytes} MB, ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/**
 * The extension, and in chunks of their own what it loads by `await import(…)`: an activation does
 * not wait for what is needed later, or not at all.
 *
 * esbuild splits modules of ECMAScript only, and VS Code loads CommonJS: so each is turned into that
 * in a second step.
 */
async function bundleScripts(): Promise<void> {
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: [path.join(ROOT, "extension", "extension.ts")],
    outdir: DIST,
    chunkNames: `${path.basename(CHUNKS)}/[name]-[hash]`,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    // jsonc-parser's other build loads its own files by names that no bundler sees through.
    mainFields: ["module", "main"],
    target: TARGET,
    format: "esm",
    plugins: [API_ONCE],
  });
  demandNames(metafile);
  await fs.rm(CHUNKS, { recursive: true, force: true });
  await fs.mkdir(CHUNKS, { recursive: true });
  for (const { path: file, text } of outputFiles) {
    const { code } = await esbuild.transform(text, {
      minify: true,
      platform: "node",
      target: TARGET,
      format: "cjs",
      supported: { "dynamic-import": false },
    });
    await fs.writeFile(file, code);
  }
  await demandSize(MAIN, EXTENSION_LIMIT);
}

/**
 * Of a CommonJS library that is imported by `import(…)`, esbuild hands out `default` and none of its
 * names. A module of ours that exports them has to stand between.
 */
export function demandNames({ outputs }: esbuild.Metafile): void {
  for (const { entryPoint, exports } of Object.values(outputs)) {
    if (entryPoint !== undefined && exports.join() === "default") {
      throw new Error(`${entryPoint} is loaded by import(…), which finds none of its names.`);
    }
  }
}

/**
 * A module that imports the whole API of VS Code gets a copy of its thousand names. One for all
 * hundred modules is enough: that is a third of the time until the extension is loaded.
 */
const API_ONCE: esbuild.Plugin = {
  name: "vscode-once",
  setup({ onResolve, onLoad }) {
    const namespace = "vscode-once";
    onResolve({ filter: /^vscode$/ }, ({ namespace: from }) =>
      from === namespace ? { path: "vscode", external: true } : { path: "vscode", namespace },
    );
    onLoad({ filter: /.*/, namespace }, () => ({ contents: 'export * from "vscode";' }));
  },
};

/**
 * A folder with what may be packaged; .vscodeignore chooses among it. vsce would ask that file about
 * each one of ours, and environments and node_modules have a hundred thousand.
 */
async function withStage(use: (stage: string) => Promise<void>): Promise<void> {
  const stage = await fs.mkdtemp(path.join(DIST, "stage-"));
  try {
    const places = [...PACKED, MAIN, CHUNKS, BUNDLE].map((place) => path.resolve(ROOT, place));
    for (const place of places) {
      await fs.cp(place, path.join(stage, path.relative(ROOT, place)), { recursive: true });
    }
    await use(stage);
  } finally {
    await fs.rm(stage, { recursive: true, force: true });
  }
}

/** What has grown beyond its promise is not shipped. */
async function demandSize(file: string, limit: number): Promise<void> {
  const { size } = await fs.stat(file);
  if (size > limit) {
    throw new Error(`${path.basename(file)} has ${size} bytes; ${limit} are the limit.`);
  }
}

/** vsce prints the tree of all files. */
async function quietly(action: () => Promise<void>): Promise<void> {
  const { log } = console;
  console.log = () => undefined;
  try {
    await action();
  } finally {
    console.log = log;
  }
}

async function digestOf(inputs: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of (await Promise.all(inputs.map(filesIn))).flat().sort()) {
    hash.update(path.relative(ROOT, file)).update(await fs.readFile(file));
  }
  return hash.digest("hex");
}

async function filesIn(input: string): Promise<string[]> {
  const stat = await fs.stat(input).catch(() => undefined);
  if (!stat?.isDirectory()) {
    return stat ? [input] : [];
  }
  const entries = await fs.readdir(input, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

async function readIfThere(file: string): Promise<string | undefined> {
  return fs.readFile(file, "latin1").catch(() => undefined);
}

if (require.main === module) {
  const preRelease = process.argv.includes("--pre-release");
  packageExtension(console.log, { isRelease: true, preRelease }).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
