import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { LaunchAttributes } from "../../extension/debugging/launchAttributes";
import { type Breakpoints, DebugRun } from "../../extension/tasks/debugRun";
import { EXAMPLE, pythonOf } from "../../extension/tasks/project";
import { ADAPTER, resolveInTerminal } from "../../extension/tasks/terminalLaunch";
import { expectNothingLeft } from "./leftovers";
import { TestTerminal } from "./testTerminal";

const MARK = "AZMLINFSRV_TEST_RUN";

export const python = pythonOf(path.join(EXAMPLE, ".venv"));

export type Use = (run: DebugRun) => Promise<void>;

/** F5 on a script with this text, through debugpy's adapter and without an editor. */
export async function debugScript(
  folder: string,
  script: string,
  lines: Breakpoints["lines"],
  use: Use,
  attributes: LaunchAttributes = {},
): Promise<void> {
  const file = path.join(folder, "score.py");
  fs.writeFileSync(file, script);
  await debugFolder(folder, [{ file, lines }], use, attributes);
}

/**
 * F5 on the score.py of a folder. Whatever the outcome, no process and no port may be left.
 */
export async function debugFolder(
  folder: string,
  breakpoints: readonly Breakpoints[],
  use: Use,
  attributes: LaunchAttributes = {},
  terminal = new TestTerminal(),
): Promise<void> {
  const run = randomUUID();
  const mark = { [MARK]: run };
  const env = { ...attributes.env, ...mark };
  const words = { python, ...attributes, env };
  const configuration = await resolveInTerminal(folder, "score.py", words);
  try {
    const started = await DebugRun.launch(configuration, ADAPTER, breakpoints, {
      env: mark,
      terminal: terminal.with(python, mark),
    });
    try {
      await use(started);
    } finally {
      await started.stop();
    }
  } finally {
    const port = attributes.port === undefined ? undefined : Number(attributes.port);
    await expectNothingLeft(`${MARK}=${run}`, port);
  }
}

/** Wait until the server answers requests. */
export async function ready(run: DebugRun): Promise<void> {
  await run.waitForOutput(/Worker with pid \d+ ready for serving traffic/);
}
