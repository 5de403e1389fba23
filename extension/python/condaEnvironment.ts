import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const WINDOWS = process.platform === "win32";
const ACTIVATION_LIMIT_MS = 15_000;
const PRINT_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))";

/**
 * What activating the interpreter's conda environment would change in the environment variables;
 * empty for an interpreter that is not conda's.
 *
 * Conda's own `run` applies the environment's activation scripts. Where no conda command can be
 * found, the variables that every activation sets are set: libraries are then found on the PATH.
 */
export async function condaActivation(
  executable: string,
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const prefix = environmentFolder(executable);
  if (!(await exists(path.join(prefix, "conda-meta")))) {
    return {};
  }
  const conda = await findConda(prefix, environment);
  if (conda) {
    try {
      const activated = await run(
        conda,
        ["run", "--prefix", prefix, "--no-capture-output", executable, "-c", PRINT_ENVIRONMENT],
        { env: environment, timeout: ACTIVATION_LIMIT_MS, maxBuffer: 1 << 24 },
      );
      return changes(environment, JSON.parse(activated.stdout) as Record<string, string>);
    } catch {
      // An activation script that fails must not keep the user from debugging.
    }
  }
  const folders = WINDOWS
    ? [prefix, path.join(prefix, "Library", "bin"), path.join(prefix, "Scripts")]
    : [path.join(prefix, "bin")];
  return {
    CONDA_PREFIX: prefix,
    CONDA_DEFAULT_ENV: path.basename(prefix),
    PATH: [...folders, environment["PATH"] ?? ""].join(path.delimiter),
  };
}

function environmentFolder(executable: string): string {
  const folder = path.dirname(executable);
  return WINDOWS ? folder : path.dirname(folder);
}

async function findConda(
  prefix: string,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const root =
    path.basename(path.dirname(prefix)) === "envs" ? path.resolve(prefix, "../..") : prefix;
  const inRoot = WINDOWS ? path.join("Scripts", "conda.exe") : path.join("bin", "conda");
  for (const candidate of [environment["CONDA_EXE"], path.join(root, inRoot)]) {
    if (candidate && (await exists(candidate))) {
      return candidate;
    }
  }
  return undefined;
}

function changes(before: NodeJS.ProcessEnv, after: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before[name] !== value),
  );
}

async function exists(candidate: string): Promise<boolean> {
  try {
    await fs.access(candidate);
    return true;
  } catch {
    return false;
  }
}
