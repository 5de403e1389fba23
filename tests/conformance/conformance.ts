// `npm run conformance`: every case on the published server and, behind both fronts, on ours.

import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { PYTHON, ROOT } from "../../extension/tasks/project";
import { provisionReference } from "../bench/reference";

async function main(): Promise<void> {
  const reference = await provisionReference();
  const published = path.join(path.dirname(reference.python), "azmlinfsrv");
  const ours = `${PYTHON} -m azmlinfsrv --server`;
  const runs: readonly (readonly [string, ...string[]])[] = [
    ["the published server", "--server", published, "--published"],
    ["ours behind gunicorn", "--server", `${ours} gunicorn`],
    ["ours behind waitress", "--server", `${ours} waitress`, "--front", "waitress"],
  ];
  for (const [name, ...words] of runs) {
    console.log(`\n== ${name}`);
    const command = ["-m", "tests.conformance", ...words];
    const { status } = spawnSync(PYTHON, command, { cwd: ROOT, stdio: "inherit" });
    if (status !== 0) {
      process.exitCode = 1;
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
