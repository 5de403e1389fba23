/** What the machine offers: programs on the PATH, and Debian packages where we may install them. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export type Log = (line: string) => void;
export type Unavailable = { kind: "unavailable"; reason: string; remedy: string };
export type RunResult = { code: number | null; output: string };

type Requirement = { present: () => boolean; debian: string; fedora: string };

export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Never rejects: a program that cannot start is a result like any other. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; log?: Log } = {},
): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      for (const line of chunk.toString().split("\n")) {
        if (line.trim() !== "") options.log?.(line.trimEnd());
      }
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) => resolve({ code: null, output: output + error.message }));
    child.on("close", (code) => resolve({ code, output }));
  });
}

export function lastLines(text: string, count = 8): string {
  return text.trim().split("\n").slice(-count).join("\n");
}

/** Variables that would make a child believe it is part of npm, node:test or another VS Code. */
const INHERITED_BY_MISTAKE =
  /^(npm_(?!config_(registry|cafile|proxy|https_proxy|userconfig|cache)$)|NODE_OPTIONS$|NODE_TEST_CONTEXT$|VSCODE_|ELECTRON_RUN_AS_NODE$)/i;

export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !INHERITED_BY_MISTAKE.test(name)),
  );
}

const onPath = (name: string) => () => findProgram(name) !== undefined;

const BUILD_TOOLS: readonly Requirement[] = [
  { present: onPath("gcc"), debian: "gcc", fedora: "gcc" },
  { present: onPath("g++"), debian: "g++", fedora: "gcc-c++" },
  { present: onPath("make"), debian: "make", fedora: "make" },
  { present: onPath("python3"), debian: "python3", fedora: "python3" },
  // The kerberos module of VS Code's server has no ready-made binary and includes this header.
  {
    present: () => fs.existsSync("/usr/include/gssapi/gssapi.h") || onPath("krb5-config")(),
    debian: "libkrb5-dev",
    fedora: "krb5-devel",
  },
];

export const BROWSER_NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
] as const;

const BROWSER: Requirement = {
  present: () => BROWSER_NAMES.some((name) => findProgram(name) !== undefined),
  debian: "chromium",
  fedora: "chromium",
};

export function ensureBuildTools(log: Log): Promise<Unavailable | undefined> {
  if (process.platform === "darwin") return Promise.resolve(missingOnMac());
  return ensurePackages(BUILD_TOOLS, "building VS Code's native modules", log);
}

export function ensureBrowser(log: Log): Promise<Unavailable | undefined> {
  return ensurePackages([BROWSER], "showing VS Code in a browser", log);
}

function missingOnMac(): Unavailable | undefined {
  if (findProgram("clang") !== undefined && findProgram("make") !== undefined) return undefined;
  return {
    kind: "unavailable",
    reason: "the compiler needed for building VS Code's native modules is missing",
    remedy: "xcode-select --install",
  };
}

async function ensurePackages(
  requirements: readonly Requirement[],
  purpose: string,
  log: Log,
): Promise<Unavailable | undefined> {
  const missing = requirements.filter((requirement) => !requirement.present());
  if (missing.length === 0) return undefined;
  const packages = missing.map((requirement) => requirement.debian);
  if (!mayInstallPackages()) {
    return {
      kind: "unavailable",
      reason: `${packages.join(", ")} missing, needed for ${purpose}`,
      remedy: installLine(missing),
    };
  }
  log(`Installing ${packages.join(", ")} for ${purpose}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env, log });
  const installed = await run("apt-get", ["install", "-y", ...packages], { env, log });
  if (installed.code === 0 && missing.every((requirement) => requirement.present())) {
    return undefined;
  }
  return {
    kind: "unavailable",
    reason: `apt-get could not install ${packages.join(", ")}:\n${lastLines(installed.output)}`,
    remedy: installLine(missing),
  };
}

function mayInstallPackages(): boolean {
  return (
    os.userInfo().uid === 0 &&
    fs.existsSync("/etc/debian_version") &&
    findProgram("apt-get") !== undefined
  );
}

function installLine(missing: readonly Requirement[]): string {
  if (findProgram("dnf") !== undefined) {
    return `sudo dnf install -y ${missing.map((requirement) => requirement.fedora).join(" ")}`;
  }
  return `sudo apt-get install -y ${missing.map((requirement) => requirement.debian).join(" ")}`;
}
