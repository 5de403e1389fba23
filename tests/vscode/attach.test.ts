import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { BUNDLE, VSIX } from "../../extension/tasks/project";
import { freePort } from "../../extension/tasks/workbench";
import { type Workbench, withWorkbench } from "./driver";
import { post, untilFree } from "./server";
import { ECHO, lineOf, USER_PYTHON, withWorkspace } from "./workspace";

const IN_RUN = lineOf(ECHO, "return raw_data");
/** For what waits for an answer of run(): a mistake must not hold up all other tests. */
const LIMIT = { timeout: 150_000 };
const COMMAND = "Azure ML: Attach to Running Server";

interface StartedServer {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/** A server that was started in a terminal, without any thought of a debugger. */
async function startServer(
  wb: Workbench,
  options: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<StartedServer> {
  const port = await freePort();
  const words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", String(port)];
  const server = spawn(USER_PYTHON, [path.join(BUNDLE, "bootstrap.py"), ...words, ...options], {
    cwd: wb.folder,
    env: { ...process.env, ...env },
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const url = `http://127.0.0.1:${port}/score`;
  await wb.until("an answer of the server", async () => {
    const answer = await post(url, "x").catch((error: Error) => error.message);
    return typeof answer === "string" ? { seen: answer } : { found: true };
  });
  const stop = async () => {
    server.kill();
    await ended;
  };
  return { url, process: server, stop };
}

async function withServer(
  wb: Workbench,
  use: (url: string, server: ChildProcess) => Promise<void>,
  ...options: string[]
): Promise<void> {
  const server = await startServer(wb, options, wb.environment);
  try {
    await use(server.url, server.process);
  } finally {
    await server.stop();
  }
}

const LAUNCH = {
  version: "0.2.0",
  configurations: [
    {
      ...{ type: "azmlinfsrv", request: "attach", name: "Join" },
      processId: "${command:azmlinfsrv.pickServer}",
    },
  ],
};

test(
  "A running server is attached to from a list, again from launch.json, and serves on after each",
  LIMIT,
  async () => {
    const files = { "score.py": ECHO, ".vscode/launch.json": JSON.stringify(LAUNCH) };
    await withWorkspace(files, async (folder) => {
      await withWorkbench({ name: "attach", folder, vsix: VSIX }, async (wb) => {
        await withServer(wb, async (url, server) => {
          const stopsOnce = async (session: string) => {
            await wb.waitForDebugConsole(`${session}: worker 1 – pid`);
            const answer = post(url, session);
            assert.equal((await wb.waitForStopAt("score.py", IN_RUN)).function, "run");
            if (session !== "Join") await wb.picture("attach");
            await wb.continue();
            assert.equal((await answer).text, JSON.stringify(session));
            await wb.stopDebugging();
            await wb.waitForSessionEnd();
            assert.equal((await post(url, "after")).text, '"after"');
          };
          await wb.toggleBreakpoint("score.py", IN_RUN);
          await wb.runCommand(COMMAND);
          await wb.waitForQuickItem(`pid ${server.pid}`);
          await wb.picture("attach-picker");
          await wb.pickQuickItem(`pid ${server.pid}`);
          await stopsOnce(`Azure ML: attach to score.py :${new URL(url).port}`);
          await wb.startDebugging();
          await wb.pickQuickItem(`pid ${server.pid}`);
          await stopsOnce("Join");
          assert.equal(server.exitCode, null);
        });
      });
    });
  },
);

test(
  "The list says when nothing runs, is silent on Escape, and finds on Enter what has started since",
  LIMIT,
  async () => {
    await withWorkspace({ "score.py": ECHO }, async (folder) => {
      await withWorkbench({ name: "attach-list", folder, vsix: VSIX }, async (wb) => {
        const none = "No server of yours is running";
        await wb.runCommand(COMMAND);
        await wb.waitForQuickItem(none);
        await wb.page.keyboard.press("Escape");
        assert.deepEqual(await wb.notifications(), []);
        await wb.runCommand(COMMAND);
        await wb.waitForQuickItem(none);
        await withServer(wb, async (_, server) => {
          await wb.page.keyboard.press("Enter");
          await wb.waitForQuickItem(`pid ${server.pid}`);
          await wb.page.keyboard.press("Escape");
        });
        assert.deepEqual(await wb.notifications(), []);
      });
    });
  },
);

test(
  "A window that is closed while run() is paused leaves the server its answer",
  LIMIT,
  async () => {
    await withWorkspace({ "score.py": ECHO }, async (folder) => {
      let answer: ReturnType<typeof post> | undefined;
      const server = await withWorkbench(
        { name: "attach-close", folder, vsix: VSIX },
        async (wb) => {
          const started = await startServer(wb, [], { TMPDIR: wb.environment["TMPDIR"] });
          await wb.toggleBreakpoint("score.py", IN_RUN);
          await wb.runCommand(COMMAND);
          await wb.pickQuickItem(`pid ${started.process.pid}`);
          await wb.waitForDebugConsole("worker 1 – pid");
          answer = post(started.url, "x");
          await wb.waitForStopAt("score.py", IN_RUN);
          return started;
        },
      );
      try {
        assert.equal((await answer)?.text, '"x"');
        assert.equal((await post(server.url, "y")).text, '"y"');
      } finally {
        await server.stop();
      }
    });
  },
);

test(
  "With two workers and --reload each worker stops, and those that come later do, too",
  LIMIT,
  async () => {
    await withWorkspace({ "score.py": ECHO }, async (folder) => {
      await withWorkbench({ name: "attach-reload", folder, vsix: VSIX }, async (wb) => {
        const use = async (url: string, server: ChildProcess) => {
          await wb.openFile("score.py");
          await wb.runCommand(COMMAND);
          await wb.pickQuickItem(`pid ${server.pid}`);
          await wb.waitForDebugConsole("worker 2 – pid");
          const script = path.join(wb.folder, "score.py");
          fs.writeFileSync(script, ECHO.replace("return raw_data", "return raw_data.upper()"));
          // The old workers have left, and the new ones have joined.
          await wb.waitForDebugConsole(/(?:worker \d – pid[\s\S]*){4}/);
          await wb.until("an answer of the new code", async () => {
            const { text } = await post(url, "x");
            return text === '"X"' ? { found: true } : { seen: text };
          });
          await wb.waitForEditorText("return raw_data.upper()");
          await wb.toggleBreakpoint("score.py", IN_RUN);
          const first = await wb.waitForStopOf(() => post(url, "a"), "score.py", IN_RUN);
          // This one is for the worker that is not paused.
          const second = post(url, "b");
          await wb.waitForPaused(IN_RUN, 2);
          await wb.continueEach(IN_RUN, 2);
          assert.deepEqual([(await first.answer).text, (await second).text], ['"A"', '"B"']);
        };
        await withServer(wb, use, "--worker_count", "2", "--reload");
      });
    });
  },
);

test(
  "A terminal knows azmlinfsrv where nothing is installed, and its server ends with the window",
  LIMIT,
  async () => {
    await withWorkspace({ "score.py": ECHO }, async (folder) => {
      let port = 0;
      await withWorkbench({ name: "attach-terminal", folder, vsix: VSIX }, async (wb) => {
        await wb.runCommand("Terminal: Create New Terminal");
        await wb.until("a prompt in the terminal", async () => {
          const text = await wb.terminalText();
          return /[$#]\s*$/.test(text) ? { found: true } : { seen: text };
        });
        port = await freePort();
        await wb.page.keyboard.type(
          `azmlinfsrv --entry_script score.py --host 127.0.0.1 --port ${port}\n`,
        );
        await wb.until("an answer of the server", async () => {
          const answer = await post(`http://127.0.0.1:${port}/score`, "x").catch(String);
          return typeof answer === "string" ? { seen: answer } : { found: true };
        });
        await wb.toggleBreakpoint("score.py", IN_RUN);
        await wb.runCommand(COMMAND);
        await wb.pickQuickItem(`score.py :${port}`);
        await wb.waitForDebugConsole("worker 1 – pid");
        const answer = post(`http://127.0.0.1:${port}/score`, "x");
        await wb.waitForStopAt("score.py", IN_RUN);
        await wb.continue();
        assert.equal((await answer).text, '"x"');
      });
      await untilFree(port);
    });
  },
);
