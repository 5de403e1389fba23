/** Opens a real VS Code for a test and takes it away again, whatever happened in between. */
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { openBrowserHost } from "./browserHost";
import { openElectronHost } from "./electronHost";
import type { Host } from "./host";
import { endLeftovers, RUN_VARIABLE } from "./leftovers";
import { until } from "./poll";
import { Workbench } from "./workbench";

export type { Stop } from "./debugViews";
export type { RecordedNotification } from "./pageScripts";
export type { Problem, StatusBarItem } from "./panels";
export { Workbench } from "./workbench";

export type WorkbenchOptions = {
  name: string;
  /** Copied, symbolic links as they are, so that a linked .venv stays a link. */
  folder: string;
  vsix: string | readonly string[];
  settings?: Record<string, unknown>;
  env?: NodeJS.ProcessEnv;
};

const EVIDENCE = path.resolve(__dirname, "..", "..", "..", "test-results");
const READY_TIMEOUT_MS = 60_000;

const SETTINGS_FOR_TESTS: Readonly<Record<string, unknown>> = {
  "debug.openDebug": "openOnDebugBreak",
  "debug.internalConsoleOptions": "openOnSessionStart",
  "debug.console.collapseIdenticalLines": false,
  "debug.console.wordWrap": false,
  "debug.toolBarLocation": "floating",
  "debug.onTaskErrors": "showErrors",
  "editor.minimap.enabled": false,
  "editor.wordWrap": "off",
  "editor.stickyScroll.enabled": false,
  "editor.accessibilitySupport": "off",
  "problems.defaultViewMode": "tree",
  "problems.showCurrentInStatus": false,
  "terminal.integrated.gpuAcceleration": "off",
  "workbench.list.smoothScrolling": false,
  "workbench.reduceMotion": "on",
  "workbench.tree.enableStickyScroll": false,
  "workbench.hover.delay": 10_000,
};

export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const run = randomUUID();
  // Short names: sockets live below, and the system limits the length of their paths.
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "az-")));
  const folder = path.join(root, path.basename(path.resolve(options.folder)));
  const userDataDir = path.join(root, "u");
  const temporary = path.join(root, "t");
  // VS Code leaves sockets in the temporary folder, so it gets one that goes away with the test.
  const environment = { TMPDIR: temporary, ...options.env, [RUN_VARIABLE]: run };
  let host: Host | undefined;
  const remove = () => fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove);
  const dispose = once(async () => {
    const stopped = await Promise.allSettled([host?.stop()]);
    const left = await endLeftovers(run);
    remove();
    process.removeListener("exit", remove);
    if (stopped[0].status === "rejected") throw stopped[0].reason;
    if (left.length > 0) throw new Error(describeLeftovers(options.name, left));
  });
  let workbench: Workbench | undefined;
  try {
    fs.cpSync(options.folder, folder, { recursive: true, verbatimSymlinks: true });
    for (const each of [userDataDir, temporary]) fs.mkdirSync(each);
    const open = process.platform === "linux" ? openBrowserHost : openElectronHost;
    host = await open({
      ...{ folder, userDataDir },
      vsix: typeof options.vsix === "string" ? [options.vsix] : options.vsix,
      settings: { ...SETTINGS_FOR_TESTS, ...options.settings },
      env: environment,
    });
    const evidence = path.join(EVIDENCE, options.name.replace(/[^\w.-]+/g, "-"));
    workbench = new Workbench(options.name, host, { folder, environment, evidence }, dispose);
    await untilReady(host);
    return workbench;
  } catch (error) {
    await workbench?.saveEvidence();
    await dispose().catch(() => undefined);
    throw error;
  }
}

export async function withWorkbench<T>(
  options: WorkbenchOptions,
  use: (workbench: Workbench) => Promise<T>,
): Promise<T> {
  const workbench = await openWorkbench(options);
  let result: T;
  try {
    result = await use(workbench);
  } catch (error) {
    const evidence = await workbench.saveEvidence();
    if (error instanceof Error) error.message += `\nEvidence: ${evidence}`;
    await workbench.close().catch((problem: Error) => {
      if (error instanceof Error) error.message += `\n${problem.message}`;
    });
    throw error;
  }
  await workbench.close();
  return result;
}

async function untilReady(host: Host): Promise<void> {
  const explorer = host.page.locator(".explorer-folders-view .monaco-list-row").first();
  await until(
    "the workbench with the files of its folder",
    async () => {
      if (await explorer.isVisible()) return { found: true };
      return { seen: host.console.slice(-5) };
    },
    READY_TIMEOUT_MS,
  );
  // Keys of extensions mean nothing before: on a busy machine their host takes ten seconds.
  await until(
    "the extension host to have started its extensions",
    async () =>
      extensionHostLogs(host.logsDir).some((log) => log.includes("Eager extensions activated"))
        ? { found: true }
        : { seen: host.logsDir },
    READY_TIMEOUT_MS,
  );
}

function extensionHostLogs(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /exthost\.log$/.test(name))
    .map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
}

function describeLeftovers(name: string, left: { pid: number; command: string }[]): string {
  const lines = left.map(({ pid, command }) => `  ${pid} ${command}`);
  return `"${name}" left processes behind (now ended):\n${lines.join("\n")}`;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}
