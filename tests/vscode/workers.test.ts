import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { post, untilFree } from "./server";
import { ECHO, lineOf, scoreUrl, USER_PYTHON, withWorkspace } from "./workspace";

const IN_RUN = lineOf(ECHO, "return raw_data");
const FREE_WITHIN_MS = 2_000;
const LAUNCH = JSON.stringify({
  version: "0.2.0",
  configurations: [
    {
      ...{ type: "azmlinfsrv", request: "launch", name: "two workers" },
      ...{ entryScript: "${workspaceFolder}/score.py", workerCount: 2 },
    },
  ],
});

/** The two workers in the call stack: their process ids by their numbers. */
function bothWorkers(
  wb: Workbench,
  accept: (pids: readonly number[]) => boolean = () => true,
): Promise<readonly number[]> {
  const list = wb.page.locator(".debug-call-stack .monaco-list-row");
  const folded = wb.page.locator('.debug-call-stack [aria-level="1"][aria-expanded="false"]');
  return wb.until("the workers in the call stack", async () => {
    if (await folded.isVisible()) await folded.locator(".monaco-tl-twistie").click();
    const rows = await list.allTextContents();
    const pids: number[] = [];
    for (const row of rows) {
      const [, number, pid] = /worker (\d+) – pid (\d+)/.exec(row) ?? [];
      if (number) pids[Number(number) - 1] = Number(pid);
    }
    // A worker's row is there before the process id is, and one that ended leaves a gap.
    const isComplete = pids.filter((pid) => pid > 0).length === 2;
    return isComplete && accept(pids) ? { found: pids } : { seen: rows };
  });
}

/** Two requests stop in the two workers, and are answered. */
async function stopInBoth(wb: Workbench, url: string, picture?: string): Promise<void> {
  const texts: string[] = [];
  const send = (data: string) =>
    post(url, data).then(
      ({ text }) => texts.push(text),
      (error: Error) => texts.push(error.message),
    );
  void send("1");
  await wb.waitForPaused(IN_RUN, 1);
  // The paused worker leaves this one to the other.
  void send("2");
  await wb.waitForPaused(IN_RUN, 2);
  if (picture) await wb.screenshot(picture);
  await wb.continueEach(IN_RUN, 2);
  await wb.until("both answers", async () =>
    texts.length === 2 ? { found: true } : { seen: texts },
  );
  assert.deepEqual(texts.sort(), ['"1"', '"2"']);
}

test("Two workers stop at breakpoints under their names, and one that is killed is replaced", async () => {
  const files = { "score.py": ECHO, ".vscode/launch.json": LAUNCH };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "workers", folder, vsix: VSIX }, async (wb) => {
      await wb.toggleBreakpoint("score.py", IN_RUN);
      await wb.startDebugging();
      const ready = /(?:ready for serving traffic[\s\S]*){2}/;
      const url = scoreUrl(await wb.waitForDebugConsole(ready));
      await wb.runCommand("View: Show Run and Debug");
      const first = await bothWorkers(wb);
      await stopInBoth(wb, url, "test-results/workers-stopped.png");

      const [victim = 0, survivor] = first;
      process.kill(victim, "SIGKILL");
      const second = await bothWorkers(wb, (pids) => !pids.includes(victim));
      assert.equal(second[1], survivor);
      await wb.waitForDebugConsole(new RegExp(`Worker with pid ${second[0]} ready`));
      await wb.runCommand("View: Show Run and Debug");
      await stopInBoth(wb, url, "test-results/workers-replaced.png");
      assert.deepEqual(await wb.notifications(), []);

      await wb.stopDebugging();
      await untilFree(Number(new URL(url).port), FREE_WITHIN_MS);
      await wb.waitForSessionEnd();
    });
  });
});

/** A worker that the debugger does not join waits for ever, so its user has to hear of it. */
const TOLD_WITHIN_MS = 5_000;
/** What the browser and the driver may add. */
const SHOWN_WITHIN_MS = 2_000;

/**
 * debugpy's adapter, but for the port at which it lets sessions of workers join: while the file
 * "join-port" is there, it names the one in it.
 */
const ADAPTER = `import pathlib
import runpy
import sys

adapter = sys.argv[1]
sys.path.insert(0, str(pathlib.Path(adapter).parents[1]))
from debugpy.adapter import clients

notify = clients.Client.notify_of_subprocess
address = clients.sockets.get_address
named = pathlib.Path(__file__).with_name("join-port")


def notify_of_subprocess(client, connection):
    if named.exists():
        clients.sockets.get_address = lambda _: ("127.0.0.1", int(named.read_text()))
    notify(client, connection)
    clients.sockets.get_address = address


clients.Client.notify_of_subprocess = notify_of_subprocess
sys.argv = [adapter]
runpy.run_path(adapter, run_name="__main__")
`;
const PYTHON = `#!/bin/sh
for last; do :; done
case "$last" in
  */debugpy/adapter) exec "${USER_PYTHON}" -E "\${0%/*}/adapter.py" "$last" ;;
esac
exec "${USER_PYTHON}" "$@"
`;

for (const [how, isListening, said] of [
  ["nobody to answer", true, /worker 1 – pid \d+ has not joined the debugger/],
  ["nobody to listen", false, /worker 1 – pid \d+ could not join the debugger/],
] as const) {
  test(`A worker that finds ${how} to it is told within 5 s, and a restart mends it`, async () => {
    const silent = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as net.AddressInfo;
    if (!isListening) silent.close();
    const files = {
      "score.py": ECHO,
      python: PYTHON,
      "adapter.py": ADAPTER,
      "join-port": String(port),
      ".vscode/settings.json": JSON.stringify({ "azmlinfsrv.pythonPath": "./python" }),
    };
    try {
      await withWorkspace(files, async (folder) => {
        fs.chmodSync(path.join(folder, "python"), 0o755);
        const name = `join-${isListening ? "silent" : "refused"}`;
        await withWorkbench({ name, folder, vsix: VSIX }, async (wb) => {
          await wb.openFile("score.py");
          await wb.startDebugging();
          // The worker is forked, and stands still.
          await wb.waitForDebugConsole(/Using worker/);
          const shown = await wb.waitForNotification(said, TOLD_WITHIN_MS + SHOWN_WITHIN_MS);
          assert.deepEqual(shown.actions, ["Restart Debugging", "Show Log"]);
          await wb.screenshot(`test-results/${name}.png`);

          fs.rmSync(path.join(wb.folder, "join-port"));
          await wb.clickNotificationAction(said, "Restart Debugging");
          const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
          assert.equal((await post(url, "x")).text, '"x"');
        });
      });
    } finally {
      silent.close();
    }
  });
}
