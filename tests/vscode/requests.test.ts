import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { copyModel, ECHO, exampleFiles, lineOf, withWorkspace } from "./workspace";

const SCREENSHOTS = process.env["AZMLINFSRV_SCREENSHOTS"];

/** The lines of the editors whose name contains a text, blanks as they are. */
async function linesOf(wb: Workbench, name: string): Promise<string[]> {
  const editor = wb.page.locator(`.monaco-editor[data-uri*="${encodeURIComponent(name)}"]`);
  const lines = await editor.locator(".view-line").allTextContents();
  return lines.map((line) => line.replaceAll("\u00a0", " "));
}

function waitForAnswer(wb: Workbench, name: string, pattern: RegExp): Promise<string> {
  return wb.until(`an answer in ${name} with ${pattern}`, async () => {
    const text = (await linesOf(wb, name)).join("\n");
    return pattern.test(text) ? { found: text } : { seen: text };
  });
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

async function picture(wb: Workbench, name: string): Promise<void> {
  if (SCREENSHOTS !== undefined) {
    await wb.screenshot(path.join(SCREENSHOTS, `${name}.png`));
  }
}

test("Send Request in the script starts it under the debugger, waits at the breakpoint, and shows the answer beside", async () => {
  const files = exampleFiles();
  const inRun = lineOf(files["score.py"] ?? "", "model.predict");
  await withWorkspace(files, async (folder) => {
    copyModel(folder);
    await withWorkbench({ name: "send-request", folder, vsix: VSIX }, async (wb) => {
      await wb.toggleBreakpoint("score.py", inRun);
      await wb.runCommand("Azure ML: Send Request");
      assert.equal((await wb.waitForStopAt("score.py", inRun, 60_000)).function, "run");
      await wb.waitForNotification(/sample-request\.json to score\.py/);
      const progress = wb.page.locator(".notification-list-item");
      await wb.until("the notification to say that the request waits", async () => {
        const texts = await progress.allTextContents();
        return texts.some((text) => /paused at a breakpoint in score\.py/.test(text))
          ? { found: true }
          : { seen: texts };
      });
      await picture(wb, "request-paused");
      await wb.continue();
      await waitForAnswer(wb, "sample-request.answer.json", /^\[207\.29\d*, 69\.55\d*\]$/);
      await waitForLens(wb, /200 OK · .* in run\(\) · \d+ B/);
      await picture(wb, "request-answer");
    });
  });
});

test("With Send Again on Reload, saving the script shows the new answer", async () => {
  const files = { "score.py": ECHO, "sample-request.json": '{"a": 1}\n' };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "send-again", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("sample-request.json");
      await wb.runCommand("Azure ML: Send Again on Reload");
      await wb.page.keyboard.press("Control+Alt+Enter");
      await waitForAnswer(wb, "sample-request.answer.json", /"\{\\"a\\": 1\}/);
      const script = path.join(wb.folder, "score.py");
      fs.writeFileSync(script, ECHO.replace("return raw_data", 'return {"new": raw_data}'));
      await waitForAnswer(wb, "sample-request.answer.json", /"new": "\{/);
      await waitForLens(wb, /200 OK/);
      await picture(wb, "request-reload");
    });
  });
});
