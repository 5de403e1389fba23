import { execFile } from "node:child_process";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";

/** What `azmlinfsrv find --json` says of one script. */
export interface EntryScriptFacts {
  readonly path: string;
  readonly is_entry_script: boolean;
  readonly kind: "batch" | "online" | null;
  readonly model_dir: string | null;
  readonly model_dir_source: string | null;
}

/** What it says of one deployment file. */
export interface DeploymentFacts {
  readonly file: string;
  readonly entry_script: string;
  readonly model_dir: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** The outcome of asking the backend: an interpreter that cannot run it is an expected one. */
export type FindOutcome =
  | {
      readonly kind: "found";
      readonly version: string;
      readonly scripts: readonly EntryScriptFacts[];
      readonly deployments: readonly DeploymentFacts[];
    }
  | { readonly kind: "noInterpreter"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string };

/** What `azmlinfsrv ps --all --json` says; the debugger knows what it means. */
export type ServersOutcome =
  | { readonly kind: "listed"; readonly found: unknown }
  | Exclude<FindOutcome, { kind: "found" }>;

export interface FindQuery {
  /** A folder to search, or one file to look at. */
  readonly path: string;
  /** The workspace folder. */
  readonly root: string;
  readonly modelDir?: string | undefined;
  readonly modelDirSetting?: string | undefined;
  /** Whether deployment files are looked for, too. */
  readonly deployments?: boolean | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** Exit status of bootstrap.py under a Python that is too old. */
const TOO_OLD_STATUS = 4;
const NOT_FOUND_STATUS = 2;
const ANSWER_LIMIT_MS = 30_000;

/** PYTHONPATH and the user's site folder are for the script, not for our questions. */
export const ISOLATED: readonly string[] = ["-E", "-s"];

/** The Python half, run by the user's interpreter from the folder it is bundled in. */
export class Backend {
  constructor(private readonly bundle: string) {}

  get bootstrap(): string {
    return path.join(this.bundle, "bootstrap.py");
  }

  /** The debugpy that the VSIX carries: its adapter is a folder that Python can run. */
  get debugAdapter(): string {
    return path.join(this.bundle, "core", "debugpy", "adapter");
  }

  /** The adapter for a worker of a running server, which connects to it. */
  get workerAdapter(): string {
    return path.join(this.bundle, "core", "azmlinfsrv", "debugging", "adapter.py");
  }

  /** A folder for a terminal's PATH, with the azmlinfsrv command. */
  get commandFolder(): string {
    return path.join(this.bundle, "bin");
  }

  /** The entry scripts at a path, and which model folder each of them gets. */
  async find(executable: string, query: FindQuery): Promise<FindOutcome> {
    const options = ["find", "--json", "--root", query.root, query.path];
    if (query.modelDir) {
      options.push("--model_dir", query.modelDir);
    }
    if (query.modelDirSetting) {
      options.push("--model_dir_setting", query.modelDirSetting);
    }
    if (query.deployments) {
      options.push("--deployments");
    }
    const answer = await this.ask(executable, options, query.env);
    if (answer.kind !== "printed") {
      return answer;
    }
    const {
      python,
      entry_scripts,
      deployments = [],
    } = JSON.parse(answer.stdout) as {
      python: { version: string };
      entry_scripts: EntryScriptFacts[];
      deployments?: DeploymentFacts[];
    };
    return { kind: "found", version: python.version, scripts: entry_scripts, deployments };
  }

  /** Why an interpreter cannot run the backend; undefined if it can. */
  async refusal(executable: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
    const answer = await this.ask(executable, ["--version"], env);
    return answer.kind === "printed" ? undefined : answer.reason;
  }

  /** The servers of this user that run just now. */
  async servers(executable: string): Promise<ServersOutcome> {
    const answer = await this.ask(executable, ["ps", "--all", "--json"], process.env);
    return answer.kind === "printed"
      ? { kind: "listed", found: JSON.parse(answer.stdout) as unknown }
      : answer;
  }

  /** What a subcommand prints. */
  ask(
    executable: string,
    options: readonly string[],
    env: NodeJS.ProcessEnv,
  ): Promise<{ kind: "printed"; stdout: string } | Exclude<FindOutcome, { kind: "found" }>> {
    const words = [...ISOLATED, this.bootstrap, ...options];
    const limits = { env, timeout: ANSWER_LIMIT_MS, maxBuffer: 1 << 26 };
    return new Promise((resolve) => {
      execFile(executable, words, limits, (error, stdout, stderr) => {
        if (!error) {
          resolve({ kind: "printed", stdout });
          return;
        }
        const lastLine = stderr.trim().split("\n").at(-1) ?? "";
        switch (error.code as number | string | undefined) {
          case "ENOENT":
            resolve({
              kind: "noInterpreter",
              reason: l10n.t("There is no Python at {0}.", executable),
            });
            return;
          case "EACCES":
            resolve({
              kind: "noInterpreter",
              reason: l10n.t("{0} may not be executed.", executable),
            });
            return;
          case TOO_OLD_STATUS:
            resolve({ kind: "noInterpreter", reason: lastLine });
            return;
          case NOT_FOUND_STATUS:
            resolve({ kind: "failed", reason: lastLine.replace(/^azmlinfsrv \w+: /, "") });
            return;
          default: {
            const why =
              lastLine || (error.killed ? l10n.t("it did not answer in time") : error.message);
            resolve({
              kind: "noInterpreter",
              reason: l10n.t("{0} does not work: {1}", executable, why),
            });
          }
        }
      });
    });
  }
}
