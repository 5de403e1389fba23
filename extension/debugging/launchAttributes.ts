import {
  existing,
  flag,
  program,
  text,
  texts,
  variables,
  wholeNumber,
  word,
} from "./attributeKinds";

/** The debug type that this extension contributes. */
export const DEBUG_TYPE = "azmlinfsrv";

export const CONSOLES = ["internalConsole", "integratedTerminal", "externalTerminal"] as const;
export type Console = (typeof CONSOLES)[number];

/** A launch configuration as the user writes it, after variables have been substituted. */
export interface LaunchAttributes {
  readonly name?: string;
  readonly entryScript?: string;
  readonly modelDir?: string;
  readonly port?: number | string;
  readonly host?: string;
  readonly workerCount?: number | string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly python?: string;
  readonly cwd?: string;
  readonly console?: Console;
  readonly justMyCode?: boolean;
  readonly stopOnEntry?: boolean;
  readonly reload?: boolean;
  readonly input?: string;
  readonly output?: string;
  readonly miniBatchSize?: number | string;
  /** VS Code's own. */
  readonly noDebug?: boolean;
  readonly preLaunchTask?: unknown;
  readonly internalConsoleOptions?: string;
}

/** The attributes of a launch; the manifest and docs/debugging.md are held to them by a test. */
export const LAUNCH = {
  entryScript: existing("file", { default: "${file}" }),
  modelDir: existing("folder"),
  port: wholeNumber(1, 65535),
  host: text({ default: "127.0.0.1" }),
  workerCount: wholeNumber(1, 64, { default: 1 }),
  args: texts({ default: [] }),
  env: variables({ default: {} }),
  envFile: existing("file", { default: "${workspaceFolder}/.env" }),
  python: program(),
  cwd: existing("folder", { default: "${workspaceFolder}" }),
  console: word(CONSOLES, { default: "internalConsole" }),
  justMyCode: flag(true),
  stopOnEntry: flag(false),
  reload: flag(false),
  input: text(),
  output: text(),
  miniBatchSize: wholeNumber(1, undefined),
} as const;
