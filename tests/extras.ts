// `npm run test:extras [name …]`: the optional parts that are too heavy for `npm test`, each in an
// environment of its own, outside the checkout, which stays as long as its lock does.
//
// A part is a lock, tests/extras/NAME.txt, and the tests that need it, tests/extras/test_NAME.py.

import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { PYTHON, ROOT } from "../extension/tasks/project";
import { cacheFolder } from "../extension/tasks/workbench";
import { provisionEnvironment } from "./bench/reference";
import { oldestPython, tooOld } from "./extrasPython";

const FOLDER = path.join(ROOT, "tests", "extras");
const PATHS = ["python_backend", "tests"].map((name) => path.join(ROOT, name));
const MEGABYTE = 1e6;

interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly provisioning: number;
  readonly testing: number;
  readonly megabytes: number;
}

async function main(): Promise<void> {
  const all = parts();
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no part ${unknown.join(", ")}. There are ${all.join(", ")}.`);
  }
  const chosen = wanted.length > 0 ? wanted : all;
  refuseOldPython(chosen);
  const results: Result[] = [];
  for (const name of chosen) results.push(await run(name));
  console.log("\n== Summary");
  for (const { name, passed, provisioning, testing, megabytes } of results) {
    const figures = `${seconds(testing)} (environment ${seconds(provisioning)}, ${megabytes} MB)`;
    console.log(`${passed ? "passed" : "failed"}  ${name.padEnd(12)} ${figures}`);
  }
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Before anything is installed: pip would tell it for one library, at length. */
function refuseOldPython(names: readonly string[]): void {
  const code = "import sys; print('%d.%d' % sys.version_info[:2])";
  const version = execFileSync(PYTHON, ["-c", code], { encoding: "utf8" }).trim();
  const told = names.flatMap((name) => {
    const input = fs.readFileSync(path.join(FOLDER, `${name}.in`), "utf8");
    return tooOld(name, oldestPython(input), version) ?? [];
  });
  if (told.length > 0) {
    throw new Error(told.join("\n"));
  }
}

function parts(): string[] {
  return fs
    .readdirSync(FOLDER)
    .filter((file) => file.endsWith(".txt"))
    .map((file) => path.basename(file, ".txt"));
}

async function run(name: string): Promise<Result> {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const python = await provisionEnvironment(
    `extras-${name}`,
    path.join(FOLDER, `${name}.txt`),
    `what the tests of ${name} need`,
  );
  const environment = path.dirname(path.dirname(python));
  removeOlder(name, environment);
  const provisioned = Date.now();
  const passed = await tests(python, name);
  return {
    name,
    passed,
    provisioning: provisioned - started,
    testing: Date.now() - provisioned,
    megabytes: Math.round(size(environment) / MEGABYTE),
  };
}

/** Environments of other locks: a framework takes up to two gigabytes. */
function removeOlder(name: string, environment: string): void {
  for (const entry of fs.readdirSync(cacheFolder())) {
    const folder = path.join(cacheFolder(), entry);
    const isOfThisPart = new RegExp(`^extras-${name}-[0-9a-f]{12}$`).test(entry);
    if (isOfThisPart && folder !== environment) fs.rmSync(folder, { recursive: true });
  }
}

function tests(python: string, name: string): Promise<boolean> {
  const words = [
    ...["-m", "pytest", "-q", "-c", path.join(FOLDER, "pytest.ini"), "--rootdir", ROOT],
    path.join(FOLDER, `test_${name}.py`),
  ];
  const env = { ...process.env, PYTHONPATH: PATHS.join(path.delimiter) };
  return new Promise((resolve, reject) => {
    spawn(python, words, { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"] })
      .on("error", reject)
      .on("close", (status) => resolve(status === 0));
  });
}

function size(folder: string): number {
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += fs.statSync(path.join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(0)} s`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
