import type { Page } from "playwright-core";

export type HostOptions = {
  folder: string;
  userDataDir: string;
  vsix: readonly string[];
  settings: Record<string, unknown>;
  env: NodeJS.ProcessEnv;
};

/** A running VS Code with one window. */
export interface Host {
  readonly page: Page;
  readonly logFile: string | undefined;
  readonly logsDir: string;
  readonly console: readonly string[];
  stop(): Promise<void>;
}

export function recordConsole(page: Page): string[] {
  const lines: string[] = [];
  page.on("console", (message) => lines.push(`[${message.type()}] ${message.text()}`));
  page.on("pageerror", (error) => lines.push(`[pageerror] ${error.stack ?? error.message}`));
  page.on("crash", () => lines.push("[crash] the page crashed"));
  return lines;
}
