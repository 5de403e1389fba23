// Prepares a fresh clone: Python environments, Node packages, the example's model. What is already
// there is left alone. Standard library only: nothing is installed yet when this runs.

import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const WINDOWS = process.platform === "win32";
const EXAMPLE = path.join(ROOT, "examples", "diabetes");
const REQUIREMENTS = path.join(ROOT, "python_backend", "requirements");
const NEEDED_PYTHON = [3, 10];

/** The interpreter of a virtual environment. @param {string} environment */
function pythonOf(environment) {
  return path.join(environment, WINDOWS ? "Scripts/python.exe" : "bin/python");
}

/** A step that cannot go on: the message is all that the user sees. */
class SetupError extends Error {}

/**
 * @param {string} command
 * @param {readonly string[]} words
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<void>}
 */
function run(command, words, { cwd = ROOT } = {}) {
  return new Promise((resolve, reject) => {
    // npm is a script on Windows, which only a shell can start.
    const shell = WINDOWS && command === "npm";
    const child = spawn(command, words, { cwd, shell, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.on("error", (error) => reject(new SetupError(`${command}: ${error.message}`)));
    child.on("close", (code) => {
      if (code === 0) {
        resolve();
      } else {
        reject(new SetupError(`${command} ${words.join(" ")}\n${output}\nexit code ${code}`));
      }
    });
  });
}

/**
 * Do a step unless it was done for the same inputs before.
 *
 * @param {string} name
 * @param {string} stamp the file that remembers the inputs; it goes with the step's result
 * @param {readonly string[]} inputs
 * @param {() => Promise<void>} action
 */
async function step(name, stamp, inputs, action) {
  const hash = createHash("sha256").update(process.version);
  for (const input of inputs) {
    hash.update(readFileSync(input));
  }
  const digest = hash.digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) {
    return;
  }
  const started = Date.now();
  console.log(`${name} …`);
  await action();
  writeFileSync(stamp, digest);
  console.log(`${name}: done in ${((Date.now() - started) / 1000).toFixed(0)} s`);
}

/** The Python that the environments are made with. */
function findPython() {
  const check = "import sys; print('%d.%d' % sys.version_info[:2])";
  const seen = [];
  for (const [command, ...words] of [["python3"], ["python"], ["py", "-3"]]) {
    try {
      const version = execFileSync(command ?? "", [...words, "-c", check], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
      const [major = 0, minor = 0] = version.split(".").map(Number);
      if (major > 3 || (major === 3 && minor >= (NEEDED_PYTHON[1] ?? 0))) {
        return [command ?? "", ...words];
      }
      seen.push(`${command} is ${version}`);
    } catch {
      // Not on this machine.
    }
  }
  const found = seen.length > 0 ? ` (${seen.join(", ")})` : "";
  throw new SetupError(`Python 3.10 or later is needed on the PATH${found}.`);
}

/**
 * @param {string} environment
 * @param {string} requirements
 * @param {readonly string[]} python
 */
async function createEnvironment(environment, requirements, python) {
  rmSync(environment, { recursive: true, force: true });
  const [command = "", ...words] = python;
  try {
    await run(command, [...words, "-m", "venv", environment]);
  } catch (error) {
    const hint = existsSync("/etc/debian_version")
      ? "\nOn Debian: apt-get install python3-venv"
      : "";
    throw new SetupError(`${error instanceof Error ? error.message : error}${hint}`);
  }
  await run(pythonOf(environment), [
    ...["-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"],
    ...["--requirement", requirements],
  ]);
}

async function setUpPython() {
  const python = findPython();
  const development = path.join(ROOT, ".venv");
  const locked = path.join(REQUIREMENTS, "dev.txt");
  const project = path.join(ROOT, "pyproject.toml");
  await step(
    "Python environment",
    path.join(development, ".stamp"),
    [locked, project],
    async () => {
      await createEnvironment(development, locked, python);
      await run(pythonOf(development), [
        ...["-m", "pip", "install", "--disable-pip-version-check"],
        ...["--no-deps", "--no-build-isolation", "--editable", "."],
      ]);
    },
  );
  const example = path.join(EXAMPLE, ".venv");
  const needed = path.join(EXAMPLE, "requirements.txt");
  await step("Example environment", path.join(example, ".stamp"), [needed], () =>
    createEnvironment(example, needed, python),
  );
  const training = path.join(EXAMPLE, "train.py");
  const model = path.join(EXAMPLE, "model", "sklearn_regression_model.pkl");
  const trained = path.join(example, ".model-stamp");
  if (!existsSync(model)) {
    rmSync(trained, { force: true });
  }
  await step("Example model", trained, [training, needed], () =>
    run(pythonOf(example), [training]),
  );
}

async function setUpNode() {
  const stamp = path.join(ROOT, "node_modules", ".stamp");
  await step("Node packages", stamp, [path.join(ROOT, "package-lock.json")], () =>
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]),
  );
}

try {
  await Promise.all([setUpPython(), setUpNode()]);
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}
