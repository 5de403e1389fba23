import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { post } from "./server";
import { withWorkspace } from "./workspace";

const LIMIT_MS = 90_000;
const script = (answer: string, init = "pass") => `import time


def init():
    ${init}


def run(raw_data):
    print("asked for", raw_data)
    return "${answer}"
`;
const DEPLOYMENT = `name: blue
endpoint_name: words
code_configuration:
  code: .
  scoring_script: score.py
environment:
  image: mcr.microsoft.com/azureml/minimal-py312-inference:latest
instance_type: Standard_DS3_v2
instance_count: 1
`;
const ANSWERS = /^The service words-blue answers at/;

test("A service is called off, deployed, reloaded, replaced, read and packaged", async () => {
  const files = { "score.py": script("one", "time.sleep(600)"), "deployment.yml": DEPLOYMENT };
  await withWorkspace(files, async (folder) => {
    // Beside the workspace: what is deployed is of this test alone.
    const home = path.join(path.dirname(folder), "home");
    const env = { AZMLINFSRV_HOME: home };
    await withWorkbench({ name: "services", folder, vsix: VSIX, env }, async (wb) => {
      const write = (text: string) => fs.writeFileSync(path.join(wb.folder, "score.py"), text);
      const beside = path.dirname(wb.folder);

      await wb.openFile("deployment.yml");
      await wb.runCommand("Azure ML: Deploy on This Machine");
      await wb.waitForNotification(/the server has been started/, LIMIT_MS);
      await wb.clickNotificationAction(/the server has been started/, "Cancel");
      await wb.until("the service that was called off to be gone", async () => {
        const left = services(home);
        return left.length === 0 ? { found: true } : { seen: left };
      });

      write(script("one"));
      await wb.runCommand("Azure ML: Deploy on This Machine");
      const told = await wb.waitForNotification(ANSWERS, LIMIT_MS);
      const [uri = ""] = /http:\/\/127\.0\.0\.1:\d+\/score/.exec(told.message) ?? [];
      assert.equal((await post(uri, "[1]")).text, '"one"');

      write(script("two"));
      await chosen(wb, "Reload Script");
      await wb.waitForNotification(
        "The service words-blue runs the script as it is now.",
        LIMIT_MS,
      );
      assert.equal((await post(uri, "[2]")).text, '"two"');

      write(script("three"));
      await wb.forgetNotifications();
      await wb.runCommand("Azure ML: Deploy on This Machine");
      const replace = wb.page.getByRole("button", { name: "Replace", exact: true });
      await replace.waitFor({ timeout: LIMIT_MS });
      await replace.click();
      await wb.waitForNotification(ANSWERS, LIMIT_MS);
      assert.equal((await post(uri, "[3]")).text, '"three"');

      await chosen(wb, "Show Log");
      const logged = wb.page.locator(".editor-group-container.active .view-line");
      await wb.until("the end of the log in the editor", async () => {
        const seen = await logged.allTextContents();
        return seen.some((line) => /asked\sfor\s\[3\]/.test(line)) ? { found: true } : { seen };
      });

      await wb.openFile("deployment.yml");
      await wb.runCommand("Azure ML: Package for an Image");
      await wb.pickQuickItem("Image and Dev Container");
      await wb.chooseFile(beside);
      await wb.waitForNotification(/holds what the image is built from\.$/, LIMIT_MS);
      assert.ok(fs.existsSync(path.join(beside, "workspace-image", "Dockerfile")));

      fs.writeFileSync(path.join(wb.folder, "endpoint.yml"), "name: words\nauth_mode: key\n");
      await wb.forgetNotifications();
      await wb.runCommand("Azure ML: Deploy on This Machine");
      await replace.waitFor({ timeout: LIMIT_MS });
      await replace.click();
      await wb.waitForNotification(ANSWERS, LIMIT_MS);
      assert.equal((await post(uri, "[4]")).status, 401);
      await wb.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await chosen(wb, "Copy Key");
      const keys = fs.readFileSync(path.join(home, "services", "words-blue", "keys.json"), "utf8");
      await wb.until("the key in the clipboard", async () => {
        const seen = await wb.page.evaluate<string>("navigator.clipboard.readText()");
        return seen !== "" && keys.includes(seen) ? { found: true } : { seen };
      });

      await chosen(wb, "Create Client");
      await wb.pickQuickItem("Python");
      await wb.until("a client of the service that can be run", async () => {
        const seen = (await logged.allTextContents()).join("\n").replaceAll("\u00a0", " ");
        return seen.includes(uri) ? { found: true } : { seen: seen.slice(0, 500) };
      });

      await chosen(wb, "Delete");
      await wb.page.getByRole("button", { name: "Delete", exact: true }).click();
      await wb.until("the service to be gone", async () => {
        const left = services(home);
        return left.length === 0 ? { found: true } : { seen: left };
      });
    });
  });
});

/** Choose what is to be done with the service. */
async function chosen(wb: Workbench, action: string): Promise<void> {
  await wb.runCommand("Azure ML: Services on This Machine");
  await wb.pickQuickItem("words-blue");
  await wb.pickQuickItem(action);
}

/** The services that something is kept of. */
function services(home: string): string[] {
  const folder = path.join(home, "services");
  return fs.existsSync(folder)
    ? fs.readdirSync(folder).filter((name) => !name.startsWith("."))
    : [];
}
