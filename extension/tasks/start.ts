// `npm start`: opens VS Code on the example with the extension installed; `-- --headless` does the
// same main job in the terminal.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { debugHeadless } from "./headless";
import { packageExtension } from "./package";
import { EXAMPLE, VSIX } from "./project";
import { provisionWorkbench, startWorkbench } from "./workbench";

const WINDOWS = process.platform === "win32";

async function main(words: readonly string[]): Promise<void> {
  const unknown = words.filter((word) => word !== "--headless");
  if (unknown.length > 0) {
    throw new Error(`npm start knows only -- --headless, not ${unknown.join(" ")}`);
  }
  await packageExtension();
  if (words.includes("--headless")) {
    await debugHeadless();
    return;
  }
  const code = desktopCode();
  await (code ? openDesktop(code) : openInBrowser());
}

/** The desktop VS Code's command, if it is on the PATH. */
function desktopCode(): string | undefined {
  const names = WINDOWS ? ["code.cmd", "code.exe"] : ["code"];
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  return folders
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((candidate) => fs.existsSync(candidate));
}

async function openDesktop(code: string): Promise<void> {
  await run(code, ["--install-extension", VSIX, "--force"]);
  await run(code, ["--new-window", EXAMPLE, path.join(EXAMPLE, "score.py")]);
  console.log("VS Code opens. In score.py: click a breakpoint in run(), press F5.");
}

async function openInBrowser(): Promise<void> {
  const workbench = await provisionWorkbench({ log: console.log });
  if (workbench.kind === "unavailable") {
    throw new Error(`${workbench.reason}\n${workbench.remedy}`);
  }
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv-workbench-"));
  const running = await startWorkbench({
    workbench,
    folder: EXAMPLE,
    userDataDir: profile,
    extensions: [VSIX],
  });
  const stop = async (): Promise<void> => {
    await running.stop();
    fs.rmSync(profile, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void stop().then(() => process.exit(0)));
  }
  console.log(`\nVS Code is at ${running.url}`);
  console.log(
    "Open it, then score.py: click a breakpoint in run(), press F5. Ctrl+C here ends it.",
  );
}

function run(command: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // `code` is a script on Windows, which only a shell can start.
    const quoted = WINDOWS ? words.map((word) => `"${word}"`) : words;
    spawn(WINDOWS ? `"${command}"` : command, quoted, { stdio: "inherit", shell: WINDOWS })
      .on("error", reject)
      .on("close", (status) =>
        status === 0 ? resolve() : reject(new Error(`${command}: exit code ${status}`)),
      );
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
