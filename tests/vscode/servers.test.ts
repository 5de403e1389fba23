import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { BUNDLE, VSIX } from "../../extension/tasks/project";
import { freePort } from "../../extension/tasks/workbench";
import { type Workbench, withWorkbench } from "./driver";
import { post } from "./server";
import { ECHO, lineOf, USER_PYTHON, withWorkspace } from "./workspace";

const IN_RUN = lineOf(ECHO, "return raw_data");
/** For what waits for an answer of run(): a mistake must not hold up all other tests. */
const LIMIT = { timeout: 200_000 };

/** A server of a terminal elsewhere; the test ends it if nobody else does. */
async function withForeignServer(
  wb: Workbench,
  use: (url: string, ended: Promise<number | null>) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", String(port)];
  const server = spawn(USER_PYTHON, [path.join(BUNDLE, "bootstrap.py"), ...words], {
    cwd: wb.folder,
    env: { ...process.env, ...wb.environment },
    stdio: "ignore",
  });
  const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
  try {
    await use(`http://127.0.0.1:${port}/score`, ended);
  } finally {
    server.kill();
    await ended;
  }
}

function statusBarShows(wb: Workbench, pattern: RegExp): Promise<string> {
  return wb.until(`${pattern} in the status bar`, async () => {
    const items = (await wb.statusBarItems()).map((item) => item.text);
    const found = items.find((text) => pattern.test(text));
    return found === undefined ? { seen: items } : { found };
  });
}

test(
  "A server of a terminal shows what it does, is attached to, pauses and is stopped from the view",
  LIMIT,
  async () => {
    await withWorkspace({ "score.py": ECHO }, async (folder) => {
      await withWorkbench({ name: "servers", folder, vsix: VSIX }, async (wb) => {
        await wb.toggleBreakpoint("score.py", IN_RUN);
        await wb.servers.open();
        await wb.until("the text of the empty view", async () => {
          const text = await wb.servers.text();
          return text.includes("No server of yours is running") ? { found: true } : { seen: text };
        });
        await withForeignServer(wb, async (url, ended) => {
          const port = new URL(url).port;
          await wb.servers.waitFor(new RegExp(`score.py on port ${port}, ready, 0 requests`));
          assert.equal((await post(url, "x")).status, 200);
          await wb.servers.waitFor(/ready, 1 request, p50 [\d.]+ m?s, p99 [\d.]+ m?s, \d+ MB/);
          await statusBarShows(wb, new RegExp(`score.py: ready :${port}`));
          await wb.servers.act(/ready/, "Attach Debugger");
          // Until the worker has joined, requests are answered without a stop.
          const { answer } = await wb.waitForStopOf(() => post(url, "y"), "score.py", IN_RUN);
          await wb.servers.open();
          await wb.servers.waitFor(/score.py on port \d+, paused/);
          await statusBarShows(wb, /score.py: paused/);
          await wb.picture("servers");
          await wb.servers.act(/paused/, "Stop Server");
          assert.equal((await answer).text, '"y"');
          assert.equal(await ended, 0);
          await wb.until("an empty view", async () => {
            const rows = await wb.servers.rows();
            return rows.length === 0 ? { found: true } : { seen: rows };
          });
        });
        assert.deepEqual(await wb.notifications(), []);
      });
    });
  },
);

const SLOW = `
import os, time

def init():
    while not os.path.exists("go"):
        time.sleep(0.01)

def run(raw_data):
    return raw_data
`;

test(
  "A model that loads for long says so, its start can be called off, and a failed start stays listed",
  LIMIT,
  async () => {
    await withWorkspace({ "score.py": SLOW }, async (folder) => {
      await withWorkbench({ name: "servers-init", folder, vsix: VSIX }, async (wb) => {
        const script = path.join(wb.folder, "score.py");
        await wb.servers.open();
        await wb.openFile("score.py");
        await wb.runWithoutDebugging();
        await wb.servers.waitFor(/score.py on port \d+, starting/);
        await wb.waitForNotification(/score.py is starting.*init\(\) runs for \d+ s/s);
        await wb.clickNotificationAction(/score.py is starting/, "Cancel");
        await wb.waitForSessionEnd();
        await wb.until("an empty view", async () => {
          const rows = await wb.servers.rows();
          return rows.length === 0 ? { found: true } : { seen: rows };
        });

        fs.writeFileSync(script, "def init():\n    1 / 0\n\n\ndef run(data):\n    return data\n");
        await wb.waitForEditorText("1 / 0");
        await wb.runWithoutDebugging();
        await wb.servers.waitFor(/score.py.*failed, .*division by zero/);
        await wb.waitForSessionEnd();
        await statusBarShows(wb, /score.py: failed/);
        fs.writeFileSync(script, ECHO);
        await wb.waitForEditorText("return raw_data");
        await wb.servers.act(/failed/, "Restart Server");
        await wb.servers.waitFor(/score.py on port \d+, ready/);
        assert.equal((await wb.servers.rows()).length, 1);
        // Its init() waits, so that the new start cannot be over before anybody has looked.
        fs.writeFileSync(script, SLOW);
        await wb.waitForEditorText("time.sleep(0.01)");
        await wb.servers.act(/ready/, "Restart Server");
        await wb.servers.waitFor(/starting/);
        fs.writeFileSync(path.join(wb.folder, "go"), "");
        await wb.servers.waitFor(/score.py on port \d+, ready/);
        await wb.servers.act(/ready/, "Stop Server");
        await wb.waitForSessionEnd();
      });
    });
  },
);
