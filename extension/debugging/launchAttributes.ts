import type { Problem } from "../common/problem";

/** The debug type that this extension contributes. */
export const DEBUG_TYPE = "azmlinfsrv";

export const CONSOLES = ["internalConsole", "integratedTerminal", "externalTerminal"] as const;
export type Console = (typeof CONSOLES)[number];

/** A launch configuration as the user writes it, after variables have been substituted. */
export interface LaunchAttributes {
  readonly name?: string;
  readonly entryScript?: string;
  readonly modelDir?: string;
  readonly port?: number;
  readonly host?: string;
  readonly workerCount?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly python?: string;
  readonly cwd?: string;
  readonly console?: Console;
  readonly justMyCode?: boolean;
  readonly noDebug?: boolean;
}

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === "string" ? undefined : "a text");
const flag: Check = (value) => (typeof value === "boolean" ? undefined : "true or false");
const wholeNumber =
  (low: number, high: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high
      ? undefined
      : `a whole number from ${low} to ${high}`;
const oneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    allowed.includes(value as string) ? undefined : allowed.join(", ");
const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === "string")
    ? undefined
    : "a list of texts";
const variables: Check = (value) =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((item) => typeof item === "string")
    ? undefined
    : "an object whose values are texts";

const CHECKS: Readonly<Record<Exclude<keyof LaunchAttributes, "name" | "noDebug">, Check>> = {
  entryScript: text,
  modelDir: text,
  port: wholeNumber(1, 65535),
  host: text,
  workerCount: wholeNumber(1, 64),
  args: texts,
  env: variables,
  envFile: text,
  python: text,
  cwd: text,
  console: oneOf(CONSOLES),
  justMyCode: flag,
};

/** The attributes of ours, as the manifest has to declare them. */
export const LAUNCH_ATTRIBUTES = Object.keys(CHECKS);

/** What is wrong with a launch configuration, or undefined. */
export function checkLaunchAttributes(attributes: LaunchAttributes): Problem | undefined {
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = attributes[name as keyof LaunchAttributes];
    const allowed = value === undefined ? undefined : check(value);
    if (allowed) {
      return {
        message: `${name} in launch.json cannot be ${JSON.stringify(value)}. Allowed: ${allowed}.`,
        actions: [{ kind: "openLaunchJson" }],
      };
    }
  }
  return undefined;
}
