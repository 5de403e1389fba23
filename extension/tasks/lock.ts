// `npm run lock`: resolve the Python libraries anew – the bundle, the tests, the example, the
// published server, the language servers that the benchmarks compare with, and the optional parts,
// each of which has an environment of its own. Node's lock is npm's own.

import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { PYTHON, ROOT } from "./project";

const REQUIREMENTS = "python_backend/requirements";
const EXTRAS = "tests/extras";

interface Lock {
  readonly sources: readonly string[];
  readonly lock: string;
  /** The oldest Python that it is for. */
  readonly python?: string;
}

const LOCKS: readonly Lock[] = [
  { sources: ["pyproject.toml", `${REQUIREMENTS}/bundle.in`], lock: `${REQUIREMENTS}/bundle.txt` },
  { sources: [`${REQUIREMENTS}/dev.in`], lock: `${REQUIREMENTS}/dev.txt` },
  { sources: ["examples/diabetes/requirements.in"], lock: "examples/diabetes/requirements.txt" },
  { sources: ["tests/bench/reference.in"], lock: "tests/bench/reference.txt" },
  { sources: ["tests/bench/languageServers.in"], lock: "tests/bench/languageServers.txt" },
  extra("sklearn", "--extra", "sklearn"),
  extra("onnx", "--extra", "onnx"),
  // The extra names tensorflow, which has twice the size of tensorflow-cpu.
  extra("tensorflow"),
  extra("mlflow", "--extra", "mlflow"),
  extra("ray", "--extra", "ray"),
];

function extra(name: string, ...options: string[]): Lock {
  const sources = ["pyproject.toml", ...options, `${EXTRAS}/${name}.in`];
  return { sources, lock: `${EXTRAS}/${name}.txt`, python: "3.11" };
}

for (const { sources, lock, python = "3.10" } of LOCKS) {
  const words = [
    ...["-m", "uv", "pip", "compile", ...sources, "--output-file", lock, "--upgrade"],
    ...["--universal", "--python-version", python, "--generate-hashes"],
    ...["--no-header", "--no-annotate", "--quiet"],
  ];
  console.log(path.basename(lock, ".txt"));
  const { status } = spawnSync(PYTHON, words, { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) {
    process.exitCode = 1;
    break;
  }
}
