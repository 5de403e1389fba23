import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";
import { BUNDLE, VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { simpleBrowserFrame } from "./driver/simpleBrowser";
import { copyModel, ECHO, exampleFiles, USER_PYTHON, withWorkspace } from "./workspace";

const FILES = { "score.py": ECHO, "sample-request.json": '{"name": "Ada"}' };
const COMMAND = "Azure ML: Open API Page";

test("From the command the API page opens in VS Code, and a request sent on it shows its answer", async () => {
  const files = exampleFiles();
  const sample = JSON.parse(files["sample-request.json"] ?? "") as { data: number[][] };
  await withWorkspace(files, (folder) => {
    copyModel(folder);
    return withWorkbench({ name: "api-page", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.runCommand(COMMAND);
      const page = await simpleBrowserFrame(wb.page, "/docs");
      const body = page.getByRole("textbox", { name: "Request body" });
      await body.waitFor();
      assert.deepEqual(JSON.parse(await body.inputValue()), sample);
      await body.fill(JSON.stringify({ data: sample.data.slice(0, 1) }));
      await page.getByRole("button", { name: "Execute" }).click();
      const answer = page.locator(".live-responses-table");
      await answer.getByText("Request duration").waitFor();
      assert.match(await answer.innerText(), /207\.29[\s\S]*Request duration\s+\d+ ms/);
      await answer.scrollIntoViewIfNeeded();
      await wb.picture("api-page");
      assert.deepEqual(await wb.notifications(), []);
    });
  });
});

test("A server that was started without the page is told, and one with it is a click away", async () => {
  await withWorkspace(FILES, (folder) =>
    withWorkbench({ name: "api-page-absent", folder, vsix: VSIX }, async (wb) => {
      const words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", "auto"];
      const server = spawn(USER_PYTHON, [path.join(BUNDLE, "bootstrap.py"), ...words], {
        cwd: wb.folder,
        env: { ...process.env, ...wb.environment },
        stdio: ["ignore", "pipe", "ignore"],
      });
      const ended = new Promise((resolve) => server.once("close", resolve));
      try {
        await new Promise<void>((resolve, reject) => {
          let output = "";
          server.stdout.on("data", (chunk: Buffer) => {
            output += chunk.toString();
            if (output.includes("ready for serving traffic")) resolve();
          });
          server.once("close", () => reject(new Error(`The server ended:\n${output}`)));
        });
        await wb.openFile("score.py");
        await wb.runCommand(COMMAND);
        await wb.clickNotificationAction(/has no API page/, "Start Another Server");
        const page = await simpleBrowserFrame(wb.page, "/docs");
        await page.getByRole("button", { name: "Execute" }).waitFor();
      } finally {
        server.kill();
        await ended;
      }
    }),
  );
});
