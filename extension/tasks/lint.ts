// `npm run lint`: formatter, linter and type checker of both halves. `--fix` mends what they can.

import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { PYTHON, ROOT } from "./project";

const fix = process.argv.includes("--fix");
const node = (bin: string) => [process.execPath, path.join(ROOT, "node_modules", bin)] as const;
const python = (module: string) => [PYTHON, "-m", module] as const;

const CHECKS: readonly (readonly string[])[] = [
  [...python("ruff"), "check", ...(fix ? ["--fix"] : []), "."],
  [...python("ruff"), "format", ...(fix ? [] : ["--check"]), "."],
  [...python("mypy")],
  [...node("@biomejs/biome/bin/biome"), "check", ...(fix ? ["--write"] : []), "."],
  [...node("typescript/bin/tsc"), "-p", "extension/tsconfig.json"],
];

let failed = 0;
for (const [command = "", ...words] of CHECKS) {
  const shown = words.map((word) => path.relative(ROOT, word) || word).join(" ");
  console.log(
    `> ${path.basename(command)} ${words.some(path.isAbsolute) ? shown : words.join(" ")}`,
  );
  const { status } = spawnSync(command, words, { cwd: ROOT, stdio: "inherit" });
  failed += status === 0 ? 0 : 1;
}
process.exitCode = failed > 0 ? 1 : 0;
