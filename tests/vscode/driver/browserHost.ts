/** VS Code as a web workbench, shown by a headless Chromium that all tests of a process share. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Browser, chromium } from "playwright-core";
import {
  findBrowser,
  provisionWorkbench,
  startWorkbench,
  type Unavailable,
} from "../../../extension/tasks/workbench";
import { type Host, type HostOptions, recordConsole } from "./host";
import { PAGE_PRELUDE, startRecording } from "./pageScripts";

const WINDOW = { width: 1400, height: 900 };
/** Long enough for the next test of the same file to find the browser still open. */
const LINGER_MS = 1_500;

type SharedBrowser = { browser: Browser; profile: string };
let shared: Promise<SharedBrowser> | undefined;
let users = 0;
let closing: NodeJS.Timeout | undefined;

export async function openBrowserHost(options: HostOptions): Promise<Host> {
  const workbench = required(await provisionWorkbench({ log: (line) => console.error(line) }));
  const [starting, launching] = await Promise.allSettled([
    startWorkbench({
      ...{ workbench, folder: options.folder, userDataDir: options.userDataDir },
      ...{ extensions: options.vsix, settings: options.settings },
      // Without an address the workbench asks no marketplace about its extensions.
      env: { EXTENSIONS_GALLERY: "{}", ...options.env },
    }),
    acquireBrowser(),
  ]);
  const release = async () => {
    if (starting.status === "fulfilled") await starting.value.stop();
    releaseBrowser();
  };
  try {
    const server = settled(starting);
    const { browser } = settled(launching);
    const context = await browser.newContext({ viewport: WINDOW });
    await context.addInitScript({ content: PAGE_PRELUDE });
    await context.addInitScript(startRecording);
    const page = await context.newPage();
    const console = recordConsole(page);
    await page.goto(server.url, { waitUntil: "commit", timeout: 60_000 });
    return {
      page,
      console,
      logFile: server.logFile,
      logsDir: path.join(options.userDataDir, "logs"),
      stop: async () => {
        await context.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}

function required<T extends { kind: "ready" }>(result: T | Unavailable): T {
  if (result.kind === "ready") return result as T;
  const { reason, remedy } = result as Unavailable;
  throw new Error(`The tests in a real VS Code cannot run: ${reason}\nTo mend it: ${remedy}`);
}

function acquireBrowser(): Promise<SharedBrowser> {
  clearTimeout(closing);
  users++;
  shared ??= launchBrowser();
  return shared;
}

async function launchBrowser(): Promise<SharedBrowser> {
  // Playwright's own handlers close the browser on these signals and then let the process live on.
  process.once("SIGTERM", () => process.exit(143)).once("SIGHUP", () => process.exit(129));
  const { executable } = required(await findBrowser({ log: (line) => console.error(line) }));
  // Crash reports and settings would otherwise land in the home of whoever runs the tests.
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "az-browser-"));
  process.once("exit", () => fs.rmSync(profile, { recursive: true, force: true }));
  const browser = await chromium.launch({
    executablePath: executable,
    env: { ...process.env, XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
  return { browser, profile };
}

function releaseBrowser(): void {
  users--;
  if (users > 0) return;
  closing = setTimeout(async () => {
    const ending = shared;
    shared = undefined;
    const { browser, profile } = (await ending?.catch(() => undefined)) ?? {};
    await browser?.close().catch(() => undefined);
    if (profile !== undefined) fs.rmSync(profile, { recursive: true, force: true });
  }, LINGER_MS);
}
