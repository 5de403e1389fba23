import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { pythonOf, ROOT, VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { lineOf, scoreUrl, withWorkspace } from "./workspace";

interface Row {
  readonly name: string;
  readonly title: string;
  readonly files: readonly string[];
}

const TEMPLATES = JSON.parse(
  spawnSync(pythonOf(path.join(ROOT, ".venv")), ["-m", "azmlinfsrv", "new", "--list", "--json"], {
    encoding: "utf8",
  }).stdout,
) as readonly Row[];

test("Every template opens from the palette without a problem, and one of them answers after F5", async () => {
  await withWorkspace({}, async (folder) => {
    await withWorkbench({ name: "new-entry-script", folder, vsix: VSIX }, async (wb) => {
      assert.ok(TEMPLATES.length >= 7);
      for (const template of TEMPLATES) {
        await wb.runCommand("Azure ML: New Entry Script");
        const items = await wb.until("the templates", async () => {
          const seen = await wb.quickItems();
          return TEMPLATES.every(({ title }) => seen.some((item) => item.includes(title)))
            ? { found: seen }
            : { seen };
        });
        assert.equal(items.length, TEMPLATES.length);
        if (template === TEMPLATES[0]) {
          await wb.picture("walkthrough/new-entry-script");
        }
        await wb.pickQuickItem(template.title);
        const script = path.join(wb.folder, "score.py");
        await wb.until(`the files of ${template.name}`, async () =>
          template.files.every((file) => fs.existsSync(path.join(wb.folder, file)))
            ? { found: true }
            : { seen: fs.readdirSync(wb.folder) },
        );
        // Not by opening it: the command does that, and would take the focus away.
        await wb.page.locator(".tab.active", { hasText: "score.py" }).waitFor();
        await wb.page.locator(".editor-instance .monaco-editor.focused").waitFor();
        // VS Code remembers how far the file of that name was scrolled. A field to type the line in
        // would be closed by the editor that comes.
        await wb.until("the cursor in line 1", async () => {
          await wb.page.keyboard.press("ControlOrMeta+Home");
          const position = wb.page.locator("#status\\.editor\\.selection");
          const text = await position.textContent({ timeout: 1_000 }).catch(() => null);
          return text?.includes("Ln 1,") ? { found: true } : { seen: text };
        });
        await wb.waitForEditorText(fs.readFileSync(script, "utf8").split("\n")[0] ?? "");
        await wb.until("the lenses of run()", async () => {
          const seen = await wb.page.locator(".codelens-decoration").allTextContents();
          return seen.some((text) => text.includes("Debug")) ? { found: true } : { seen };
        });
        if (template === TEMPLATES[0]) await requestsAreOffered(wb);
        const problems = (await wb.problems()).filter(({ source }) => source === "Azure ML");
        assert.deepEqual(problems, [], template.name);
        assert.deepEqual(await wb.notifications(), []);
        if (template !== TEMPLATES[0]) {
          await wb.openFile("score.py");
          await wb.page.keyboard.press("ControlOrMeta+F4");
        } else {
          await stopsAndAnswers(wb, script);
        }
        for (const file of template.files) fs.rmSync(path.join(wb.folder, file));
      }
    });
  });
});

/** The folder had no entry script when the window was opened. */
async function requestsAreOffered(
  wb: Parameters<Parameters<typeof withWorkbench>[1]>[0],
): Promise<void> {
  await wb.servers.open();
  await wb.page.locator('.pane-header[aria-label^="Azure ML Requests"]').waitFor();
  await wb.runCommand("View: Show Explorer");
  await wb.openFile("score.py");
}

async function stopsAndAnswers(
  wb: Parameters<Parameters<typeof withWorkbench>[1]>[0],
  script: string,
): Promise<void> {
  const line = lineOf(fs.readFileSync(script, "utf8"), "json.loads");
  await wb.openFile("score.py");
  await wb.toggleBreakpoint("score.py", line);
  await wb.startDebugging();
  const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
  const body = fs.readFileSync(path.join(path.dirname(script), "sample-request.json"));
  const answer = fetch(url, { method: "POST", body, headers: JSON_TYPE });
  await wb.waitForStopAt("score.py", line);
  await wb.toggleBreakpoint("score.py", line);
  await wb.continue();
  assert.deepEqual(await (await answer).json(), { predictions: [3.5, 4.5] });
  await wb.stopDebugging();
  await wb.waitForSessionEnd();
  await wb.openFile("score.py");
  await wb.page.keyboard.press("ControlOrMeta+F4");
}

const JSON_TYPE = { "content-type": "application/json" };

test("A script that exists is kept unless its owner says otherwise", async () => {
  await withWorkspace({ "score.py": "mine = 1\n" }, async (folder) => {
    await withWorkbench({ name: "new-entry-script-kept", folder, vsix: VSIX }, async (wb) => {
      await wb.runCommand("Azure ML: New Entry Script");
      await wb.pickQuickItem("Plain JSON");
      const dialog = wb.page.locator(".monaco-dialog-box");
      await dialog.getByText("score.py exists already.").waitFor();
      await wb.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      assert.equal(fs.readFileSync(path.join(wb.folder, "score.py"), "utf8"), "mine = 1\n");
      assert.ok(!fs.existsSync(path.join(wb.folder, "sample-request.json")));
    });
  });
});
