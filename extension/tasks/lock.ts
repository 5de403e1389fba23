// `npm run lock`: resolve the Python libraries anew – the bundle, the tests, the example, the
// published server and the language servers that the benchmarks compare with. Node's lock is npm's own.

import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { PYTHON, ROOT } from "./project";

const REQUIREMENTS = "python_backend/requirements";
const LOCKS: readonly { readonly sources: readonly string[]; readonly lock: string }[] = [
  { sources: ["pyproject.toml", `${REQUIREMENTS}/bundle.in`], lock: `${REQUIREMENTS}/bundle.txt` },
  { sources: [`${REQUIREMENTS}/dev.in`], lock: `${REQUIREMENTS}/dev.txt` },
  { sources: ["examples/diabetes/requirements.in"], lock: "examples/diabetes/requirements.txt" },
  { sources: ["tests/bench/reference.in"], lock: "tests/bench/reference.txt" },
  { sources: ["tests/bench/languageServers.in"], lock: "tests/bench/languageServers.txt" },
];

for (const { sources, lock } of LOCKS) {
  const words = [
    ...["-m", "uv", "pip", "compile", ...sources, "--output-file", lock, "--upgrade"],
    ...["--universal", "--python-version", "3.10", "--generate-hashes"],
    ...["--no-header", "--no-annotate", "--quiet"],
  ];
  console.log(path.basename(lock, ".txt"));
  const { status } = spawnSync(PYTHON, words, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}
