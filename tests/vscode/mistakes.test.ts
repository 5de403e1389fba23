import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { untilFree } from "./server";
import { ECHO, scoreUrl, withWorkspace } from "./workspace";

test("F5 on a script with a syntax error shows the reason and opens the line", async () => {
  const broken = "def init():\n    pass\n\n\ndef run(data:\n    return data\n";
  await withWorkspace({ "score.py": broken }, async (folder) => {
    await withWorkbench({ name: "syntax-error", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      const shown = await wb.waitForNotification(/SyntaxError/);
      assert.equal(shown.severity, "error");
      await wb.waitForDebugConsole(/score\.py:5: SyntaxError: '\(' was never closed/);
      assert.doesNotMatch(await wb.debugConsole(), /Traceback|importlib/);
      await wb.clickNotificationAction(/SyntaxError/, "Open score.py:5");
      await wb.until("the cursor in line 5", async () => {
        const items = (await wb.statusBarItems()).map((item) => item.text);
        return items.some((text) => text.startsWith("Ln 5,")) ? { found: true } : { seen: items };
      });
      await wb.waitForSessionEnd();
    });
  });
});

test("An import that fails offers another interpreter and the pip command", async () => {
  const script = `import cv2\n\n\n${ECHO}`;
  await withWorkspace({ "score.py": script }, async (folder) => {
    await withWorkbench({ name: "missing-module", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      const shown = await wb.waitForNotification(/No module named 'cv2'/);
      assert.deepEqual(shown.actions, [
        "Select Interpreter",
        "Copy pip install opencv-python-headless",
        "Open score.py:1",
      ]);
    });
  });
});

test("A port that is taken is told with the process that holds it", async () => {
  const holder = net.createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => holder.once("listening", resolve));
  const { port } = holder.address() as net.AddressInfo;
  const launch = {
    version: "0.2.0",
    configurations: [
      { type: "azmlinfsrv", request: "launch", name: "score", entryScript: "score.py", port },
    ],
  };
  const files = { "score.py": ECHO, ".vscode/launch.json": JSON.stringify(launch) };
  try {
    await withWorkspace(files, async (folder) => {
      await withWorkbench({ name: "port-taken", folder, vsix: VSIX }, async (wb) => {
        await wb.openFile("score.py");
        await wb.startDebugging();
        const shown = await wb.waitForNotification(new RegExp(`Port ${port} is in use`));
        assert.match(shown.message, new RegExp(`pid ${process.pid}`));
        assert.deepEqual(shown.actions, ["Open launch.json"]);
        await wb.waitForSessionEnd();
      });
    });
  } finally {
    holder.close();
  }
});

test("An interpreter that is missing or too old is named, with a button to choose another", async () => {
  const settings = (python: string) => JSON.stringify({ "azmlinfsrv.pythonPath": python });
  const files = {
    "score.py": ECHO,
    "old-python": oldPython(),
    ".vscode/settings.json": settings("./old-python"),
  };
  await withWorkspace(files, async (folder) => {
    fs.chmodSync(path.join(folder, "old-python"), 0o755);
    await withWorkbench({ name: "bad-python", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      const old = await wb.waitForNotification(/needs Python 3\.10 or later/);
      assert.deepEqual(old.actions, ["Select Interpreter"]);

      fs.writeFileSync(path.join(wb.folder, ".vscode/settings.json"), settings("/no/such/python"));
      await wb.until("a notification of the missing Python", async () => {
        await wb.startDebugging();
        const shown = await wb.notifications();
        return shown.some(({ message }) =>
          message.includes("There is no Python at /no/such/python"),
        )
          ? { found: true }
          : { seen: shown };
      });
      await wb.clickNotificationAction(/There is no Python/, "Select Interpreter");
      await wb.pickQuickItem(".venv/bin/python");
      await wb.until("the choice in the settings", async () => {
        const saved = fs.readFileSync(path.join(wb.folder, ".vscode/settings.json"), "utf8");
        return saved.includes(".venv") ? { found: true } : { seen: saved };
      });
      await wb.startDebugging();
      await wb.waitForDebugConsole(/ready for serving traffic/);
    });
  });
});

test("A debug adapter that dies ends the server, too, and the user is told", {
  skip: process.platform !== "linux" && "finds the adapter in /proc",
}, async () => {
  await withWorkspace({ "score.py": ECHO }, async (folder) => {
    await withWorkbench({ name: "adapter-dies", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.startDebugging();
      const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
      process.kill(adapterOf(wb.folder), "SIGKILL");
      await wb.waitForNotification(/debug adapter ended unexpectedly/);
      await wb.waitForSessionEnd();
      await untilFree(Number(new URL(url).port), 2_000);
    });
  });
});

/** A stand-in that answers as the bundle does under a Python that is too old. */
function oldPython(): string {
  return "#!/bin/sh\necho 'azmlinfsrv needs Python 3.10 or later; this is Python 3.8.' >&2\nexit 4\n";
}

/** The process id of the adapter whose working directory is the workspace. */
function adapterOf(folder: string): number {
  const rows = execFileSync("pgrep", ["-f", "debugpy/adapter$"], { encoding: "utf8" }).trim();
  const found = rows
    .split("\n")
    .map(Number)
    .find((pid) => fs.readlinkSync(`/proc/${pid}/cwd`) === folder);
  assert.ok(found, `no adapter in ${folder}`);
  return found;
}
