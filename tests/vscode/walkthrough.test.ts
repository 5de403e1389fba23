import assert from "node:assert/strict";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { ECHO, withWorkspace } from "./workspace";

const STEPS = [
  "Open or create an entry script",
  "Press F5 and stop in run()",
  "Send a request",
  "See mistakes while you type",
];

test("The walkthrough opens with its four steps, and the first is done once a script is open", async () => {
  await withWorkspace({ "score.py": ECHO }, async (folder) => {
    await withWorkbench({ name: "walkthrough", folder, vsix: VSIX }, async (wb) => {
      await wb.runCommand("Azure ML: Get Started");
      const steps = wb.page.locator(".getting-started-step");
      const titles = await wb.until("the steps", async () => {
        const seen = await steps.locator(".step-title").allTextContents();
        return seen.length === STEPS.length ? { found: seen } : { seen };
      });
      assert.deepEqual(
        titles.map((title) => title.trim()),
        STEPS,
      );
      for (const [number, title] of STEPS.entries()) {
        await steps.nth(number).locator(".step-title").click();
        await wb.until(`the picture of "${title}"`, async () => {
          const seen = await wb.page.evaluate<string>(SHOWN_MEDIA);
          return seen === "shown" ? { found: true } : { seen };
        });
        if (number === 1) await wb.picture("walkthrough");
      }
      await wb.openFile("score.py");
      await wb.runCommand("Azure ML: Get Started");
      await wb.until("the first step to be ticked", async () => {
        const seen = await steps.first().locator(".codicon").first().getAttribute("class");
        return seen?.includes("complete") ? { found: true } : { seen };
      });
    });
  });
});

/** Whether the picture has been loaded. */
const SHOWN_MEDIA = `(() => {
  const media = document.querySelector(".getting-started-media");
  const picture = media?.querySelector("img");
  const isShown = picture?.complete && picture.naturalWidth > 0 && picture.clientWidth > 0;
  return isShown ? "shown" : (media?.outerHTML ?? "nothing");
})()`;
