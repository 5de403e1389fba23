import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { post, untilFree } from "./server";
import { ECHO, lineOf, scoreUrl, withWorkspace } from "./workspace";

const FOUR = ["Run", "Debug", "Send request", "API"];

test("The lenses and the run button start the script they belong to, and a setting removes the lenses", async () => {
  const files = { "score.py": ECHO, "other/score.py": ECHO };
  await withWorkspace(files, async (folder) => {
    await withWorkbench({ name: "lenses", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await waitForLenses(wb, [...FOUR, ...FOUR]);

      const line = lineOf(ECHO, "return raw_data");
      await wb.toggleBreakpoint("score.py", line);
      await lens(wb, "Debug").first().click();
      const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
      const answer = post(url, "{}");
      await wb.waitForStopAt("score.py", line);
      await wb.continue();
      await answer;
      await wb.stopDebugging();
      await untilFree(Number(new URL(url).port));

      await wb.openFile("score.py");
      const button = wb.page.locator(".editor-actions [aria-label*='Run Entry Script']").first();
      await button.click();
      const console = await wb.waitForDebugConsole(/Found user script at .*workspace\/score\.py/);
      await wb.stopDebugging();
      await untilFree(Number(new URL(scoreUrl(console)).port));

      await wb.openFile("score.py");
      const settings = path.join(wb.folder, ".vscode", "settings.json");
      fs.mkdirSync(path.dirname(settings), { recursive: true });
      fs.writeFileSync(settings, JSON.stringify({ "azmlinfsrv.codeLens": false }));
      await waitForLenses(wb, []);
      fs.writeFileSync(settings, "{}");
      await waitForLenses(wb, [...FOUR, ...FOUR]);
    });
  });
});

function lens(wb: Workbench, title: string) {
  return wb.page.locator(".codelens-decoration a", { hasText: title });
}

/** Wait until exactly these lenses are there. */
async function waitForLenses(wb: Workbench, titles: readonly string[]): Promise<void> {
  await wb.until(`the lenses ${titles.join(", ")}`, async () => {
    const seen = await wb.page.locator(".codelens-decoration a").allTextContents();
    const words = seen.map((text) => text.trim());
    return words.join() === titles.join() ? { found: true } : { seen: words };
  });
}
