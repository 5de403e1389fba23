import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame, Page } from "playwright-core";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { until } from "./driver/poll";
import { ECHO, withWorkspace } from "./workspace";

/** Four levels of 11 seconds, a start, and whatever else the machine does. */
const LIMIT_MS = 120_000;

/** The page that a webview shows: a frame within a frame. */
function pageInWebview(page: Page, heading: string): Promise<Frame> {
  return until<Frame>(`a page headed "${heading}"`, async () => {
    const headings: string[] = [];
    for (const frame of page.frames()) {
      const shown = await frame
        .locator("h1")
        .allTextContents()
        .catch((): string[] => []);
      if (shown.includes(heading)) {
        return { found: frame };
      }
      headings.push(...shown);
    }
    return { seen: headings };
  });
}

test("An entry script is profiled with its sample, and the report opens in the editor", async () => {
  const files = { "score.py": ECHO, "sample-request.json": '{"data": [1]}' };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "profile", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.runCommand("Azure ML: Profile Entry Script");
      await wb.waitForNotification(/Profiling score\.py/);
      const told = await wb.waitForNotification(/requests a second, median latency/, LIMIT_MS);
      assert.match(told.message, /^score\.py: \d+ requests a second, median latency [\d.]+ ms\./);
      const report = await pageInWebview(wb.page, "Profile of score.py");
      assert.match((await report.locator("main").textContent()) ?? "", /Recommendation for/);
      // Its style is allowed by its content security policy, and follows the theme.
      const radius = "getComputedStyle(document.querySelector('.cards div')).borderRadius";
      assert.equal(await report.evaluate(radius), "8px");
      await wb.picture("profile");
      await wb.clickNotificationAction(/requests a second/, "Open JSON");
      await wb.waitForEditorText(`"state": "Succeeded",`);
    });
  });
});
