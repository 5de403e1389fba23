import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { ECHO, withWorkspace } from "./workspace";

const SETTINGS = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
};

test("In a workspace that is not trusted nothing of it is started, and each command says why and leads on", async () => {
  const program = "import os, pathlib\npathlib.Path(__file__).with_name('ran').touch()\n";
  const files = { "score.py": program + ECHO, "sample-request.json": "{}", "deployment.yml": "" };
  await withWorkspace(files, async (folder) => {
    const options = { name: "trust", folder, vsix: VSIX, settings: SETTINGS };
    await withWorkbench(options, async (wb) => {
      await wb.openFile("score.py");
      for (const command of ["Azure ML: Send Request", "Azure ML: Deploy on This Machine"]) {
        await wb.runCommand(command);
        await wb.waitForNotification(/not trusted/);
        await wb.clickNotificationAction(/not trusted/, "Manage Workspace Trust");
        await wb.until("the page where the folder can be trusted", async () => {
          const page = wb.page.locator(".workspace-trust-editor");
          return (await page.isVisible()) ? { found: true } : { seen: "no page" };
        });
        await wb.forgetNotifications();
        await wb.page.keyboard.press("Escape");
        await wb.page.locator(".workspace-trust-editor").waitFor({ state: "hidden" });
        await wb.openFile("score.py");
      }
      assert.ok(!fs.existsSync(path.join(wb.folder, "ran")));
    });
  });
});
