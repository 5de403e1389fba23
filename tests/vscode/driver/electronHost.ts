/** Desktop VS Code, for the systems where the web workbench does not run. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
} from "@vscode/test-electron";
import { _electron } from "playwright-core";
import { cacheFolder, writeSettings } from "../../../extension/tasks/workbench";
import { cleanEnvironment } from "../../../extension/tasks/workbenchSystem";
import { type Host, type HostOptions, recordConsole } from "./host";
import { PAGE_PRELUDE, startRecording } from "./pageScripts";

export async function openElectronHost(options: HostOptions): Promise<Host> {
  const cachePath = path.join(cacheFolder(), "desktop");
  const executablePath = await downloadAndUnzipVSCode({ version: "stable", cachePath });
  const extensionsDir = path.join(options.userDataDir, "extensions");
  const folders = [`--user-data-dir=${options.userDataDir}`, `--extensions-dir=${extensionsDir}`];
  writeSettings(options.userDataDir, { "window.dialogStyle": "custom", ...options.settings });
  installExtensions(executablePath, folders, options.vsix);
  const application = await _electron.launch({
    executablePath,
    args: [
      ...folders,
      ...["--disable-telemetry", "--disable-updates", "--disable-workspace-trust"],
      ...["--skip-welcome", "--skip-release-notes", "--no-sandbox", options.folder],
    ],
    env: definedOnly({ ...cleanEnvironment(), ...options.env }),
    timeout: 60_000,
  });
  const page = await application.firstWindow();
  const console = recordConsole(page);
  await page.evaluate(PAGE_PRELUDE);
  await page.evaluate(startRecording);
  return {
    page,
    console,
    logFile: undefined,
    logsDir: path.join(options.userDataDir, "logs"),
    stop: () => application.close(),
  };
}

function installExtensions(executable: string, folders: string[], vsix: readonly string[]): void {
  const [command, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
  const installs = vsix.flatMap((file) => ["--install-extension", file]);
  const shell = process.platform === "win32";
  const result = spawnSync(
    shell ? `"${command}"` : (command as string),
    [
      ...args.filter((argument) => !/^--(extensions-dir|user-data-dir)=/.test(argument)),
      ...[...folders, ...installs].map((argument) => (shell ? `"${argument}"` : argument)),
    ],
    { encoding: "utf8", shell },
  );
  if (result.status !== 0) {
    throw new Error(`${vsix.join(", ")} could not be installed:\n${result.stderr}`);
  }
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry) => entry[1] !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}
