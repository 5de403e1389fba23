import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { PYTHON, pythonOf } from "../../extension/tasks/project";
import { cacheFolder } from "../../extension/tasks/workbench";

const run = promisify(execFile);
const REQUIREMENTS = path.join(__dirname, "reference.txt");

/** The published server in an environment of its own. */
export interface Reference {
  readonly python: string;
  /** debugpy's adapter there: the documented way uses the one that Microsoft's extension has. */
  readonly adapter: string;
}

/** Install the published server once, outside the checkout. */
export async function provisionReference(): Promise<Reference> {
  const python = await provisionEnvironment("reference", REQUIREMENTS, "the published server");
  const locate =
    "import debugpy, os; print(os.path.join(os.path.dirname(debugpy.__file__), 'adapter'))";
  const { stdout } = await run(python, ["-c", locate]);
  return { python, adapter: stdout.trim() };
}

/** Install what a lock names once, outside the checkout; returns the environment's Python. */
export async function provisionEnvironment(
  name: string,
  requirements: string,
  what: string,
): Promise<string> {
  const locked = await fs.readFile(requirements);
  const digest = createHash("sha256").update(locked).digest("hex");
  const environment = path.join(cacheFolder(), `${name}-${digest.slice(0, 12)}`);
  const python = pythonOf(environment);
  const stamp = path.join(environment, ".complete");
  const complete = await fs.stat(stamp).catch(() => undefined);
  if (!complete) {
    console.log(`Installing ${what} …`);
    await fs.rm(environment, { recursive: true, force: true });
    await run(PYTHON, ["-m", "venv", environment]);
    const install = ["-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"];
    await run(python, [...install, "--requirement", requirements]);
    await fs.writeFile(stamp, "");
  }
  return python;
}
