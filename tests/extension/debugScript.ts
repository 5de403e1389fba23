import * as fs from "node:fs";
import * as path from "node:path";
import type { LaunchAttributes } from "../../extension/debugging/launchAttributes";
import { DebugRun } from "../../extension/tasks/debugRun";
import { EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { ADAPTER, resolveInTerminal } from "../../extension/tasks/terminalLaunch";

const python = pythonOf(path.join(EXAMPLE, ".venv"));

/** F5 on a script with this text, through debugpy's adapter and without an editor. */
export async function debugScript(
  folder: string,
  script: string,
  lines: readonly number[],
  use: (run: DebugRun) => Promise<void>,
  attributes: LaunchAttributes = {},
): Promise<void> {
  const file = path.join(folder, "score.py");
  fs.writeFileSync(file, script);
  const configuration = await resolveInTerminal(folder, "score.py", { python, ...attributes });
  const started = await DebugRun.launch(configuration, ADAPTER, [{ file, lines }]);
  try {
    await use(started);
  } finally {
    await started.stop();
  }
}
