import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { post } from "./server";
import { withWorkspace } from "./workspace";

const LIMIT_MS = 90_000;
const SCRIPT = `import json
import os


def init():
    global factor
    with open(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "factor.json")) as file:
        factor = json.load(file)


def run(raw_data):
    return [each * factor for each in json.loads(raw_data)["data"]]
`;
const DEPLOYMENT = `name: blue
endpoint_name: factors
model: azureml:factor:1
code_configuration:
  code: .
  scoring_script: score.py
environment:
  image: mcr.microsoft.com/azureml/minimal-py312-inference:latest
instance_type: Standard_DS3_v2
instance_cuont: 1
`;

test("A model is registered, deployed by its file, answers, and its service is deleted again", async () => {
  const files = { "score.py": SCRIPT, "factor.json": "3", "deployment.yml": DEPLOYMENT };
  await withWorkspace(files, async (folder) => {
    // Beside the workspace: what is registered and deployed is of this test alone.
    const env = { AZMLINFSRV_HOME: path.join(path.dirname(folder), "home") };
    await withWorkbench({ name: "deployment", folder, vsix: VSIX, env }, async (wb) => {
      await wb.runCommand("Azure ML: Register Model");
      await wb.chooseFile(path.join(wb.folder, "factor.json"));
      await wb.answerInput("Register Model", "factor");
      await wb.waitForNotification(/^The model is registered as factor:1\./, LIMIT_MS);

      await wb.openFile("deployment.yml");
      await wb.runCommand("Azure ML: Deploy on This Machine");
      const mistake = /`instance_cuont` is no key .* Did you mean instance_count\?/;
      await wb.waitForNotification(mistake, LIMIT_MS);
      await wb.clickNotificationAction(mistake, "Open deployment.yml:10");
      await wb.waitForCursor(10);
      await wb.page.keyboard.press("End");
      await wb.page.keyboard.press("Shift+Home");
      await wb.page.keyboard.type("instance_count: 1");

      await wb.runCommand("Azure ML: Deploy on This Machine");
      const told = await wb.waitForNotification(/^The service factors-blue answers at/, LIMIT_MS);
      const [uri] = /http:\/\/127\.0\.0\.1:\d+\/score/.exec(told.message) ?? [];
      assert.ok(uri, told.message);
      assert.equal((await post(uri, '{"data": [1, 2]}')).text, "[3, 6]");

      await wb.runCommand("Azure ML: Services on This Machine");
      await wb.waitForQuickItem("factors-blue");
      await wb.pickQuickItem("factors-blue");
      await wb.pickQuickItem("Delete");
      await wb.page.getByRole("button", { name: "Delete", exact: true }).click();
      await wb.until("the service to have ended", async () => {
        const answers = await post(uri, "{}").then(
          () => true,
          () => false,
        );
        return answers ? { seen: uri } : { found: true };
      });
    });
  });
});
