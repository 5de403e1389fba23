import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { post } from "./server";
import { copyModel, exampleFiles, lineOf, scoreUrl, withWorkspace } from "./workspace";

const LIMIT_MS = 60_000;
const MODEL = path.join("model", "sklearn_regression_model.pkl");
const SERVED = /^sklearn_regression_model\.pkl\/score\.py on port (\d+), ready/;
const WRITTEN = /workspace-azure holds what Azure ML makes an endpoint of\.$/;

test("The files that take a script to Azure are written where the user says, and none is replaced unasked", async () => {
  await withWorkspace(exampleFiles(), async (folder) => {
    copyModel(folder);
    await withWorkbench({ name: "hand-over", folder, vsix: VSIX }, async (wb) => {
      const beside = path.dirname(wb.folder);
      const exported = path.join(beside, "workspace-azure");
      const read = (name: string) => fs.readFileSync(path.join(exported, name), "utf8");

      await wb.openFile("score.py");
      await exportTo(wb, beside);
      await wb.waitForNotification(WRITTEN, LIMIT_MS);
      await readmeIsShown(wb);
      await wb.runCommand("View: Close Editor");
      assert.match(read("endpoint.yml"), /^name: workspace$/m);
      assert.match(read("deployment.yml"), /^ {2}scoring_script: score\.py$/m);
      assert.match(read("deployment.yml"), /sklearn_regression_model\.pkl/);
      assert.match(read("conda.yml"), /- azureml-inference-server-http/);
      assert.equal(read("code/score.py"), exampleFiles()["score.py"]);
      assert.ok(fs.existsSync(path.join(exported, MODEL)));
      assert.ok(!fs.existsSync(path.join(exported, "code", ".venv")));

      await wb.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await wb.clickNotificationAction(WRITTEN, "Copy az ml");
      await wb.until("the commands in the clipboard", async () => {
        const seen = await wb.page.evaluate<string>("navigator.clipboard.readText()");
        const [first, ...rest] = seen.trimEnd().split("\n");
        return first === `cd "${exported}"` && rest.every((line) => line.startsWith("az ml "))
          ? { found: true }
          : { seen };
      });

      const dialog = wb.page.locator(".monaco-dialog-box");
      const changed = "name: changed-by-hand\n";
      fs.writeFileSync(path.join(exported, "endpoint.yml"), changed);
      await wb.forgetNotifications();
      await exportTo(wb, beside);
      await dialog.getByText(/has an export already; nothing was written\.$/).waitFor();
      await wb.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.equal(read("endpoint.yml"), changed);
      assert.deepEqual(await wb.notifications(), []);

      await exportTo(wb, beside);
      await dialog.getByRole("button", { name: "Replace", exact: true }).click();
      await wb.waitForNotification(WRITTEN, LIMIT_MS);
      assert.match(read("endpoint.yml"), /^name: workspace$/m);
      await readmeIsShown(wb);
    });
  });
});

test("A model without a script is served from the palette, seen and stopped, and its script is written and debugged", async () => {
  await withWorkspace({}, async (folder) => {
    copyModel(folder);
    // Beside the workspace: the script that serves the model is of this test alone.
    const env = { AZMLINFSRV_HOME: path.join(path.dirname(folder), "home") };
    await withWorkbench({ name: "no-code", folder, vsix: VSIX, env }, async (wb) => {
      const model = path.join(wb.folder, MODEL);
      const sample = exampleFiles()["sample-request.json"] ?? "";

      await wb.runCommand("Azure ML: Serve Model");
      await wb.page.locator(".quick-input-title", { hasText: "The model: a file" }).waitFor();
      await wb.chooseFile(model);
      // No script is open, and none is in the folder: the view comes for the server alone.
      await wb.servers.open();
      const row = await wb.servers.waitFor(SERVED);
      const url = `http://127.0.0.1:${SERVED.exec(row.label)?.[1]}/score`;
      const answer = await post(url, sample);
      assert.equal(answer.status, 200, answer.text);
      assert.match(answer.text, /^\{"predict": ?\[\d+\.\d+, ?\d+\.\d+\]\}$/);
      await wb.servers.act(SERVED, "Stop Server");
      await wb.until("the server to be gone from the view", async () => {
        const seen = await wb.servers.rows();
        return seen.some(({ label }) => SERVED.test(label)) ? { seen } : { found: true };
      });
      await wb.until("the server to have ended", async () => {
        const answers = await post(url, sample).then(
          () => true,
          () => false,
        );
        return answers ? { seen: url } : { found: true };
      });

      await wb.runCommand("Azure ML: Eject Entry Script");
      await wb.chooseFile(model);
      await wb.page.locator(".tab.active", { hasText: "score.py" }).waitFor({ timeout: LIMIT_MS });
      const script = fs.readFileSync(path.join(wb.folder, "score.py"), "utf8");
      const line = lineOf(script, "getattr(model, name)(table)");
      await wb.toggleBreakpoint("score.py", line);
      await wb.startDebugging();
      const debugged = scoreUrl(
        await wb.waitForDebugConsole(/ready for serving traffic/, LIMIT_MS),
      );
      const sent = post(debugged, sample);
      await wb.waitForStopAt("score.py", line);
      await wb.continue();
      assert.deepEqual(await sent, answer);
      await wb.stopDebugging();
      await wb.waitForSessionEnd();
      assert.deepEqual(await wb.notifications(), []);
    });
  });
});

/** What is typed before the preview has loaded would lose the focus to it. */
async function readmeIsShown(wb: Workbench): Promise<void> {
  await wb.page.locator(".tab.active", { hasText: "Preview README.md" }).waitFor();
  await wb.until("the focus in the preview", async () => {
    const seen = await wb.page.evaluate<string>("document.activeElement?.tagName");
    return seen === "IFRAME" ? { found: true } : { seen };
  });
}

/** Export the script that is open, into a folder below this one. */
async function exportTo(wb: Workbench, parent: string): Promise<void> {
  await wb.runCommand("Azure ML: Export for Azure ML");
  await wb.chooseFile(parent);
}
