import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { createVSIX } from "@vscode/vsce";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";
import { post } from "./server";
import { scoreUrl, USER_ENVIRONMENT, withWorkspace } from "./workspace";

const WHICH_PYTHON =
  "import sys\n\n\ndef init():\n    pass\n\n\ndef run(data):\n    return sys.prefix\n";

test("Beside another Python debugger F5 asks no question and uses the Python selected there", async () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-neighbour-"));
  const selected = path.join(root, "chosen");
  fs.symlinkSync(USER_ENVIRONMENT, selected, "junction");
  try {
    const neighbour = await packNeighbour(root, path.join(selected, "bin", "python"));
    await withWorkspace({ "score.py": WHICH_PYTHON }, async (folder) => {
      // Without it, the environment in the workspace would answer the same.
      fs.unlinkSync(path.join(folder, ".venv"));
      const vsix = [VSIX, neighbour];
      await withWorkbench({ name: "neighbours", folder, vsix }, async (wb) => {
        await wb.openFile("score.py");
        // Its button would run the file as a program; on an entry script ours comes first.
        await wb.page.locator(".editor-actions [aria-label*='Run Entry Script']").waitFor();
        await wb.startDebugging();
        // A question would stand here and wait.
        const url = scoreUrl(await wb.waitForDebugConsole(/ready for serving traffic/));
        assert.equal(JSON.parse((await post(url, "{}")).text), selected);
      });
    });
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});

/**
 * A neighbour with the identity and the public interface of Microsoft's Python extension, which
 * cannot be had here: it answers which interpreter is selected, and it debugs Python files, too.
 */
async function packNeighbour(root: string, python: string): Promise<string> {
  const source = path.join(root, "neighbour");
  fs.mkdirSync(source);
  const manifest = {
    name: "python",
    publisher: "ms-python",
    version: "9999.0.0",
    engines: { vscode: "^1.90.0" },
    main: "./extension.js",
    activationEvents: ["onLanguage:python"],
    contributes: {
      debuggers: [{ type: "debugpy", label: "Python Debugger", languages: ["python"] }],
      commands: [
        { command: "python.execInTerminal-icon", title: "Run Python File", icon: "$(play)" },
      ],
      menus: {
        "editor/title/run": [
          {
            command: "python.execInTerminal-icon",
            group: "navigation@0",
            when: "resourceLangId == python",
          },
        ],
      },
    },
  };
  fs.writeFileSync(path.join(source, "package.json"), JSON.stringify(manifest));
  fs.writeFileSync(
    path.join(source, "extension.js"),
    `const { Uri } = require("vscode");
exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ path: ${JSON.stringify(python)} }),
    resolveEnvironment: async ({ path }) => ({ executable: { uri: Uri.file(path) } }),
  },
});
`,
  );
  const packed = path.join(root, "neighbour.vsix");
  await createVSIX({
    ...{ cwd: source, packagePath: packed },
    ...{ dependencies: false, allowMissingRepository: true, skipLicense: true },
  });
  return packed;
}
