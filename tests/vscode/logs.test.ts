import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";
import { BUNDLE, VSIX } from "../../extension/tasks/project";
import { freePort } from "../../extension/tasks/workbench";
import { type Workbench, withWorkbench } from "./driver";
import { post } from "./server";
import { scoreUrl, USER_PYTHON, withWorkspace } from "./workspace";

const SCRIPT = `import logging


def init():
    print("connecting with AccountKey=c2VjcmV0LXZhbHVl;EndpointSuffix=core.windows.net")


def run(raw_data):
    logging.getLogger("my.model").warning("scoring %s", raw_data)
    return int(raw_data)
`;

/** The lines that the Output panel, or the active editor, shows. */
async function shown(wb: Workbench, within: string): Promise<string[]> {
  const lines = await wb.page.locator(`${within} .view-line`).evaluateAll((all) =>
    all
      .map((line) => ({ top: line.offsetTop as number, text: (line.textContent ?? "") as string }))
      .sort((one, other) => one.top - other.top)
      .map(({ text }) => text.replaceAll("\u00a0", " ")),
  );
  return lines;
}

const OUTPUT = ".part.panel";
const EDITOR = ".editor-group-container.active .editor-instance";

test("The log of a server opens from the command, hides secrets, and a request's id shows its lines", async () => {
  await withWorkspace({ "score.py": SCRIPT }, (folder) =>
    withWorkbench({ name: "logs", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.runWithoutDebugging();
      const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
      assert.equal((await post(url, "1")).status, 200);
      assert.equal((await post(url, "broken")).status, 500);

      await wb.runCommand("Azure ML: Show Server Log");
      const lines = await wb.until("both requests in the log", async () => {
        const seen = await shown(wb, OUTPUT);
        return seen.some((line) => line.includes("POST /score 500")) ? { found: seen } : { seen };
      });
      const failed = lines.find((line) => line.includes("POST /score 500")) ?? "";
      const [, id = ""] = /\[([\w-]{36})\]$/.exec(failed.trimEnd()) ?? [];
      assert.notEqual(id, "", failed);

      // Followed by a click, as every link in an editor.
      const link = wb.page
        .locator(".part.panel .view-line .detected-link", { hasText: id.slice(0, 8) })
        .first();
      await wb.until("the id to be a link", async () =>
        (await link.isVisible()) ? { found: true } : { seen: await shown(wb, OUTPUT) },
      );
      await wb.picture("log");
      await link.click({ modifiers: ["Control"] });
      const own = await wb.until("the lines of the request in an editor", async () => {
        const seen = await shown(wb, EDITOR);
        return seen.some((line) => line.includes("ValueError")) ? { found: seen } : { seen };
      });
      const text = own.join("\n");
      assert.match(text, /my\.model - scoring broken/);
      assert.match(text, /POST \/score 500/);
      assert.doesNotMatch(text, /scoring 1/);

      await wb.page.locator(".part.panel .monaco-editor").first().click();
      await wb.page.keyboard.press("Control+Home");
      const all = await wb.until("the line with the key", async () => {
        const seen = await shown(wb, OUTPUT);
        if (seen.some((line) => line.includes("AccountKey="))) return { found: seen };
        await wb.page.keyboard.press("PageDown");
        return { seen };
      });
      assert.match(all.join("\n"), /AccountKey=•••;EndpointSuffix/);
    }),
  );
});

test("The log of a server in a terminal is read to its last words, and an issue's report tells the versions", async () => {
  await withWorkspace({ "score.py": SCRIPT }, (folder) =>
    withWorkbench({ name: "logs-terminal", folder, vsix: VSIX }, async (wb) => {
      const port = await freePort();
      const words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", String(port)];
      const server = spawn(USER_PYTHON, [path.join(BUNDLE, "bootstrap.py"), ...words], {
        cwd: wb.folder,
        env: { ...process.env, ...wb.environment },
        stdio: "ignore",
      });
      const ended = new Promise((resolve) => server.once("exit", resolve));
      try {
        const url = `http://127.0.0.1:${port}/score`;
        await wb.until("an answer of the server", async () => {
          const answer = await post(url, "1").catch((error: Error) => error.message);
          return typeof answer === "string" ? { seen: answer } : { found: true };
        });
        await wb.openFile("score.py");
        await wb.runCommand("Azure ML: Show Server Log");
        // Only what the servers view shows is known before: else it is one of a list.
        await wb.until("the log in the Output panel", async () => {
          const seen = await shown(wb, OUTPUT);
          if (seen.some((line) => line.includes("my.model - scoring 1"))) return { found: true };
          const items = wb.page.locator(".quick-input-widget .monaco-list-row");
          if (await items.first().isVisible()) await wb.page.keyboard.press("Enter");
          return { seen };
        });
        await post(url, "2");
        await wb.until("what the server says meanwhile", async () => {
          const seen = await shown(wb, OUTPUT);
          return seen.some((line) => line.includes("scoring 2")) ? { found: true } : { seen };
        });
      } finally {
        server.kill();
        await ended;
      }
      await wb.until("the end of the server", async () => {
        const seen = await shown(wb, OUTPUT);
        return seen.some((line) => line.includes("has ended")) ? { found: true } : { seen };
      });
      await wb.runCommand("Azure ML: Report Issue");
      await wb.waitForEditorText("## Versions");
      await wb.gotoLine(15);
      const report = (await shown(wb, EDITOR)).join("\n");
      assert.match(report, /\| Extension \| \d+\.\d+/);
      assert.match(report, /\| Python \| Python 3\./);
      assert.match(report, /\| Backend \| azmlinfsrv \d/);
    }),
  );
});
