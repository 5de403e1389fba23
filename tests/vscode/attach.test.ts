import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";
import { BUNDLE, VSIX } from "../../extension/tasks/project";
import { freePort } from "../../extension/tasks/workbench";
import { type Workbench, withWorkbench } from "./driver";
import { post } from "./server";
import { ECHO, lineOf, USER_PYTHON, withWorkspace } from "./workspace";

const IN_RUN = lineOf(ECHO, "return raw_data");
const COMMAND = "Azure ML: Attach to Running Server";

/** A server that was started in a terminal, without any thought of a debugger. */
async function withServer(
  wb: Workbench,
  use: (url: string, server: ChildProcess) => Promise<void>,
  ...options: string[]
): Promise<void> {
  const port = await freePort();
  const words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", String(port)];
  const server = spawn(USER_PYTHON, [path.join(BUNDLE, "bootstrap.py"), ...words, ...options], {
    cwd: wb.folder,
    env: { ...process.env, ...wb.environment },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  try {
    const url = `http://127.0.0.1:${port}/score`;
    await wb.until("an answer of the server", async () => {
      const answer = await post(url, "x").catch((error: Error) => error.message);
      return typeof answer === "string" ? { seen: answer } : { found: true };
    });
    await use(url, server);
  } finally {
    server.kill();
    await ended;
  }
}

test("A running server is attached to from a list, stops in run(), and serves on after a detach", async () => {
  await withWorkspace({ "score.py": ECHO }, async (folder) => {
    await withWorkbench({ name: "attach", folder, vsix: VSIX }, async (wb) => {
      await withServer(wb, async (url, server) => {
        await wb.toggleBreakpoint("score.py", IN_RUN);
        for (const round of [1, 2]) {
          await wb.runCommand(COMMAND);
          await wb.pickQuickItem(`pid ${server.pid}`);
          await wb.waitForDebugConsole(/Attached to worker 1/);
          const answer = post(url, `${round}`);
          assert.equal((await wb.waitForStopAt("score.py", IN_RUN)).function, "run");
          if (round === 1) await wb.screenshot("test-results/attach-stopped.png");
          await wb.continue();
          assert.equal((await answer).text, `"${round}"`);
          await wb.stopDebugging();
          await wb.waitForSessionEnd();
          assert.equal((await post(url, "after")).text, '"after"');
        }
        assert.equal(server.exitCode, null);
      });
    });
  });
});
