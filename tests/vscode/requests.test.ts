import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { copyModel, ECHO, exampleFiles, lineOf, withWorkspace } from "./workspace";

/** A server starts within: the first import of a model library may be slow. */
const START_MS = 60_000;

/** The lines of the editors whose name contains a text, blanks as they are. */
async function linesOf(wb: Workbench, name: string): Promise<string[]> {
  const editor = wb.page.locator(`.monaco-editor[data-uri*="${encodeURIComponent(name)}"]`);
  const lines = await editor.locator(".view-line").allTextContents();
  return lines.map((line) => line.replaceAll("\u00a0", " "));
}

function waitForAnswer(
  wb: Workbench,
  name: string,
  pattern: RegExp,
  timeout?: number,
): Promise<string> {
  const look = async () => {
    const text = (await linesOf(wb, name)).join("\n");
    return pattern.test(text) ? { found: text } : { seen: text };
  };
  return wb.until(`an answer in ${name} with ${pattern}`, look, timeout);
}

/** The line above an answer. */
function waitForLens(wb: Workbench, pattern: RegExp): Promise<string> {
  const lenses = wb.page.locator(".codelens-decoration");
  return wb.until(`a line above the answer with ${pattern}`, async () => {
    const texts = (await lenses.allTextContents()).map((text) => text.replaceAll("\u00a0", " "));
    const found = texts.find((text) => pattern.test(text));
    return found === undefined ? { seen: texts } : { found };
  });
}

test("Send Request in the script starts it under the debugger, waits at the breakpoint, and shows the answer beside", async () => {
  const files = exampleFiles();
  const inRun = lineOf(files["score.py"] ?? "", "model.predict");
  await withWorkspace(files, async (folder) => {
    copyModel(folder);
    await withWorkbench({ name: "send-request", folder, vsix: VSIX }, async (wb) => {
      await wb.toggleBreakpoint("score.py", inRun);
      await wb.runCommand("Azure ML: Send Request");
      assert.equal((await wb.waitForStopAt("score.py", inRun, START_MS)).function, "run");
      await wb.waitForNotification(/sample-request\.json to score\.py/);
      const progress = wb.page.locator(".notification-list-item");
      await wb.until("the notification to say that the request waits", async () => {
        const texts = await progress.allTextContents();
        return texts.some((text) => /paused at a breakpoint in score\.py/.test(text))
          ? { found: true }
          : { seen: texts };
      });
      await wb.picture("request-paused");
      await wb.continue();
      await waitForAnswer(wb, "sample-request.answer.json", /^\[207\.29\d*, 69\.55\d*\]$/);
      await waitForLens(wb, /200 OK · .* in run\(\) · \d+ B/);
      await wb.picture("request-answer");
      await wb.picture("walkthrough/answer", { x: 520, y: 0, width: 520, height: 320 });
    });
  });
});

test("With Send Again on Reload, saving the script shows the new answer", async () => {
  const files = { "score.py": ECHO, "sample-request.json": '{"a": 1}\n' };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "send-again", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.runCommand("Azure ML: Send Again on Reload");
      await wb.runCommand("Azure ML: Send Request");
      await waitForAnswer(wb, "sample-request.answer.json", /"\{\\"a\\": 1\}/, START_MS);
      const script = path.join(wb.folder, "score.py");
      fs.writeFileSync(script, ECHO.replace("return raw_data", 'return {"new": raw_data}'));
      await waitForAnswer(wb, "sample-request.answer.json", /"new": "\{/);
      await waitForLens(wb, /200 OK/);
      // Whoever types in the script must be able to go on.
      const active = wb.page.locator(".editor-group-container.active .monaco-editor[data-uri]");
      assert.match((await active.first().getAttribute("data-uri")) ?? "", /score\.py$/);
      await wb.picture("request-reload");
    });
  });
});

test("A server that was started without reload is restarted with it at a click, and answers", async () => {
  const files = { "score.py": ECHO, "sample-request.json": '{"a": 1}\n' };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "restart-with-reload", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.runCommand("Azure ML: Send Request");
      await waitForAnswer(wb, "sample-request.answer.json", /"\{\\"a\\": 1\}/, START_MS);
      await wb.runCommand("Azure ML: Send Again on Reload");
      await wb.clickNotificationAction(/started without reload/, "Restart It with Reload");
      await wb.waitForDebugConsole(/Watching the script/, START_MS);
      const script = path.join(wb.folder, "score.py");
      fs.writeFileSync(script, ECHO.replace("return raw_data", 'return {"new": raw_data}'));
      await waitForAnswer(wb, "sample-request.answer.json", /"new": "\{/, START_MS);
      const told = (await wb.notifications()).map(({ message }) => message);
      assert.deepEqual(
        told.filter((message) => !/started without reload/.test(message)),
        [],
      );
    });
  });
});

test("A request that waits at a breakpoint can be cancelled, and the end of its server is told", async () => {
  const inRun = lineOf(ECHO, "return raw_data");
  const files = { "score.py": ECHO, "sample-request.json": '{"a": 1}\n' };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "cancel-request", folder, vsix: VSIX }, async (wb) => {
      await wb.toggleBreakpoint("score.py", inRun);
      await wb.runCommand("Azure ML: Send Request");
      await wb.waitForStopAt("score.py", inRun, START_MS);
      await wb.clickNotificationAction(/paused at a breakpoint/, "Cancel");
      await wb.until("a word that the request was cancelled", async () => {
        const texts = (await wb.statusBarItems()).map(({ text }) => text);
        return texts.some((text) => /Request cancelled/.test(text))
          ? { found: true }
          : { seen: texts };
      });
      await wb.continue();
      await wb.openFile("sample-request.json");
      await wb.runCommand("Azure ML: Send Request");
      await wb.waitForStopAt("score.py", inRun);
      await wb.stopDebugging();
      const { actions } = await wb.waitForNotification(/ended the connection before it answered/);
      assert.deepEqual(actions, ["Start It and Send Again", "Show Debug Console"]);
    });
  });
});

test("A failed answer leads to the line of the script that caused it", async () => {
  const script = ECHO.replace("return raw_data", 'return raw_data["a"]');
  const files = { "score.py": script, "requests/one.http": '### one\nPOST /score\n\n{"a": 1}\n' };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "failed-answer", folder, vsix: VSIX }, async (wb) => {
      const line = lineOf(script, 'raw_data["a"]');
      await wb.openFile("requests/one.http");
      await wb.runCommand("Azure ML: Send Request");
      await waitForAnswer(wb, "one.answer.json", /"error_type": "TypeError"/, START_MS);
      await waitForLens(wb, new RegExp(`500 .*score\\.py:${line}: `));
      await wb.picture("request-failed");
      await wb.clickNotificationAction(/score\.py answered 500/, `Open score.py:${line}`);
      await wb.until(`the cursor in line ${line} of score.py`, async () => {
        const position = wb.page.locator("#status\\.editor\\.selection");
        const text = await position.textContent({ timeout: 1_000 }).catch(() => null);
        return text?.includes(`Ln ${line},`) ? { found: true } : { seen: text };
      });
    });
  });
});
