import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import * as jsonc from "jsonc-parser";
import type { AttachAttributes } from "../../extension/debugging/attachAttributes";
import {
  checkAttachAttributes,
  checkLaunchAttributes,
} from "../../extension/debugging/checkAttributes";
import { placesIn } from "../../extension/debugging/places";
import { ROOT, VSIX } from "../../extension/tasks/project";
import { type Workbench, withWorkbench } from "./driver";
import { ECHO, withWorkspace } from "./workspace";

interface Configuration {
  readonly type: string;
  readonly name: string;
  readonly request: string;
}

const TWO_SCRIPTS = { "a.py": ECHO, "deep/b ü.py": ECHO };
const LABEL = "Azure ML Entry Script";

function untilLaunchJson<T>(
  wb: Workbench,
  expected: string,
  accept: (configurations: readonly Configuration[]) => T | undefined,
): Promise<T> {
  const file = path.join(wb.folder, ".vscode", "launch.json");
  return wb.until(expected, async () => {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    const found = accept(jsonc.parse(text || "{}").configurations ?? []);
    return found === undefined ? { seen: text } : { found };
  });
}

test("The Run and Debug view offers each entry script without a launch.json", async () => {
  await withWorkspace(TWO_SCRIPTS, async (folder) => {
    await withWorkbench({ name: "dynamic-configurations", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("a.py");
      await wb.runCommand("Debug: Select and Start Debugging");
      await wb.pickQuickItem(LABEL);
      const items = await wb.until("the scripts in the list", async () => {
        const seen = await wb.quickItems();
        return seen.some((item) => item.includes("a.py")) ? { found: seen } : { seen };
      });
      assert.match(items.join("\n"), /Azure ML: a\.py/);
      assert.match(items.join("\n"), /Azure ML: deep\/b ü\.py/);
      await wb.pickQuickItem("deep/b ü.py");
      await wb.waitForDebugConsole(/Found user script at .*b ü\.py/);
      await wb.stopDebugging();
      await wb.waitForSessionEnd();
    });
  });
});

test("A new launch.json of VS Code's has a configuration for each entry script", async () => {
  await withWorkspace(TWO_SCRIPTS, async (folder) => {
    await withWorkbench({ name: "initial-configurations", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("a.py");
      await wb.runCommand("Debug: Add Configuration...");
      await untilLaunchJson(wb, "launch.json with both scripts", (configurations) =>
        configurations.map(({ name }) => name).join() === "Azure ML: a.py,Azure ML: deep/b ü.py"
          ? true
          : undefined,
      );
    });
  });
});

test("Every snippet of launch.json inserts a configuration that can be started", async () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const snippets: { label: string; body: Configuration }[] =
    manifest.contributes.debuggers[0].configurationSnippets;
  const texts = JSON.parse(fs.readFileSync(path.join(ROOT, "package.nls.json"), "utf8"));
  const empty = '{\n  "version": "0.2.0",\n  "configurations": [\n    \n  ]\n}\n';
  const files = { "score.py": ECHO, ".vscode/launch.json": empty };
  await withWorkspace(files, async (folder) => {
    const settings = { "files.autoSave": "off", "editor.wordBasedSuggestions": "off" };
    await withWorkbench({ name: "snippets", folder, vsix: VSIX, settings }, async (wb) => {
      const { keyboard } = wb.page;
      const file = path.join(wb.folder, ".vscode", "launch.json");
      for (const { label: key, body } of snippets) {
        const label: string = texts[key.replaceAll("%", "")];
        fs.writeFileSync(file, empty);
        await wb.openFile(".vscode/launch.json");
        await wb.runCommand("File: Revert File");
        await wb.gotoLine(4);
        await keyboard.press("Control+Space");
        const row = wb.page.locator(".suggest-widget .monaco-list-row", { hasText: label });
        await wb.until(`the suggestion ${label}`, async () =>
          (await row.first().isVisible()) ? { found: true } : { seen: "no such suggestion" },
        );
        await row.first().click();
        await wb.waitForEditorText(`"type": "${body.type}",`);
        await keyboard.press("Escape");
        await keyboard.press("Control+S");
        const inserted = await untilLaunchJson(wb, label, ([first]) => first);
        assert.equal(inserted.request, body.request);
        const text = JSON.stringify(inserted).replaceAll("${workspaceFolder}", wb.folder);
        const attributes = JSON.parse(text.replace(/\$\{command:[^}]*\}/, "4711"));
        const places = placesIn(wb.folder);
        const mistake =
          body.request === "launch"
            ? checkLaunchAttributes(attributes, places)
            : checkAttachAttributes(attributes as AttachAttributes, places);
        assert.equal(mistake, undefined, `${label}: ${mistake?.message}\n${text}`);
      }
      assert.deepEqual(await wb.problems(), []);
    });
  });
});
