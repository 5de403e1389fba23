import * as fs from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import type { Interpreter, ScriptFacts, ScriptPython, ScriptQuery } from "../common/interpreter";
import type { Problem } from "../common/problem";
import { type Backend, type FindOutcome, ISOLATED } from "./backend";
import { condaActivation } from "./condaEnvironment";
import { findInterpreter } from "./interpreter";
import { describeCommand, installedCommand } from "./terminalCommand";

/** What the surroundings (VS Code's settings, or a terminal) say about Python. */
export interface PythonPreferences {
  /** Whether programs of the workspace may be started. */
  isTrusted(): boolean;
  /** The setting `azmlinfsrv.pythonPath` for a folder. */
  pythonPath(folder: string | undefined): string | undefined;
  /** The setting `azmlinfsrv.modelDir` for a folder. */
  modelDir(folder: string | undefined): string | undefined;
  /** The interpreter selected in another extension. */
  selected(folder: string | undefined): Promise<string | undefined>;
}

/** The entry scripts of a folder, and what its deployment files say of them. */
export interface Debuggable {
  readonly scripts: readonly string[];
  readonly deployments: readonly {
    readonly file: string;
    readonly entryScript: string;
    readonly modelDir: string | undefined;
    readonly env: Readonly<Record<string, string>>;
  }[];
}

/** Answers what a launch asks of the Python side. */
export class PythonService implements ScriptPython {
  private readonly activations = new Map<string, Promise<Record<string, string>>>();
  private readonly decisions = new Map<string, { modified: number; answer: boolean }>();

  constructor(
    private readonly backend: Backend,
    private readonly preferences: PythonPreferences,
    readonly bundle: string,
  ) {}

  get bootstrap(): string {
    return this.backend.bootstrap;
  }

  async interpreter(
    attribute: string | undefined,
    folder: string | undefined,
  ): Promise<Interpreter | Problem> {
    // Every question to Python passes here: a workspace's .venv is a program of the workspace.
    if (!this.preferences.isTrusted()) {
      return {
        message: l10n.t(
          "This workspace is not trusted: entry scripts are not looked for and not started.",
        ),
        actions: [{ kind: "manageTrust" }],
      };
    }
    const found = await findInterpreter({
      attribute,
      setting: this.preferences.pythonPath(folder),
      selected: await this.preferences.selected(folder),
      folder,
      searchPath: process.env["PATH"] ?? "",
    });
    if (!found) {
      return {
        message: l10n.t(
          "There is no Python on this machine's PATH and none is selected. Python 3.10 or later is needed.",
        ),
        actions: [{ kind: "selectInterpreter" }],
      };
    }
    return { executable: found.executable, activation: await this.activation(found.executable) };
  }

  /** How the language server is started; a reason where no interpreter can run it. */
  async languageServer(folder: string | undefined): Promise<
    | {
        readonly executable: string;
        readonly words: readonly string[];
        readonly env: NodeJS.ProcessEnv;
      }
    | { readonly reason: string }
  > {
    const interpreter = await this.interpreter(undefined, folder);
    if ("message" in interpreter) {
      return { reason: interpreter.message };
    }
    const env = { ...process.env, ...interpreter.activation };
    const reason = await this.backend.refusal(interpreter.executable, env);
    if (reason !== undefined) {
      return { reason };
    }
    return {
      executable: interpreter.executable,
      words: [...ISOLATED, this.backend.bootstrap, "language-server"],
      env,
    };
  }

  async findScripts(
    executable: string,
    query: ScriptQuery,
  ): Promise<readonly ScriptFacts[] | Problem> {
    const outcome = await this.backend.find(executable, {
      ...query,
      modelDirSetting: this.preferences.modelDir(query.root),
      env: { ...process.env, ...query.env },
    });
    return outcome.kind === "found"
      ? outcome.scripts.map((script) => ({
          path: script.path,
          isEntryScript: script.is_entry_script,
          isBatch: script.kind === "batch",
          modelDir: script.model_dir ?? undefined,
        }))
      : problemOf(outcome);
  }

  /** Everything in a folder that a debug configuration can be made for. */
  async findDebuggable(folder: string): Promise<Debuggable | Problem> {
    const interpreter = await this.interpreter(undefined, folder);
    if ("message" in interpreter) {
      return interpreter;
    }
    const outcome = await this.backend.find(interpreter.executable, {
      path: folder,
      root: folder,
      deployments: true,
      env: { ...process.env, ...interpreter.activation },
    });
    return outcome.kind === "found"
      ? {
          scripts: outcome.scripts.map((script) => script.path),
          deployments: outcome.deployments.map((deployment) => ({
            file: deployment.file,
            entryScript: deployment.entry_script,
            modelDir: deployment.model_dir ?? undefined,
            env: deployment.environment,
          })),
        }
      : problemOf(outcome);
  }

  /** The servers on this machine that a debugger can be attached to. */
  async runningServers<Found>(
    folder: string | undefined,
  ): Promise<(Found & { warning: string | undefined }) | Problem> {
    const interpreter = await this.interpreter(undefined, folder);
    if ("message" in interpreter) {
      return interpreter;
    }
    const outcome = await this.backend.servers(interpreter.executable);
    switch (outcome.kind) {
      case "listed":
        return {
          ...(outcome.found as Found),
          warning: await this.foreignCommand(interpreter.executable),
        };
      case "noInterpreter":
        return { message: outcome.reason, actions: [{ kind: "selectInterpreter" }] };
      case "failed":
        return { message: outcome.reason, actions: [] };
    }
  }

  /** What a subcommand of azmlinfsrv prints as JSON. */
  async printed<T>(words: readonly string[], folder: string | undefined): Promise<T | Problem> {
    const interpreter = await this.interpreter(undefined, folder);
    if ("message" in interpreter) {
      return interpreter;
    }
    const env = { ...process.env, ...interpreter.activation };
    const outcome = await this.backend.ask(interpreter.executable, words, env);
    return outcome.kind === "printed" ? (JSON.parse(outcome.stdout) as T) : problemOf(outcome);
  }

  /** The servers of this user, for whoever only shows them. */
  async runningServerRows<Row>(folder: string | undefined): Promise<readonly Row[] | Problem> {
    const found = await this.runningServers<{ readonly servers: readonly Row[] }>(folder);
    return "message" in found ? found : found.servers;
  }

  /** A warning where terminals run the published package's command under the same name. */
  private async foreignCommand(executable: string): Promise<string | undefined> {
    const installed = await installedCommand(executable, process.env["PATH"] ?? "");
    return installed?.isPublished ? describeCommand(installed).replaceAll("`", "") : undefined;
  }

  /** Which interpreter terminals get for azmlinfsrv, and a sentence on which command runs there. */
  async commandOfTerminals(
    folder: string | undefined,
  ): Promise<{ python: string | undefined; sentence: string }> {
    const interpreter = await this.interpreter(undefined, folder);
    const python = "message" in interpreter ? undefined : interpreter.executable;
    const installed = await installedCommand(python, process.env["PATH"] ?? "");
    return { python, sentence: describeCommand(installed) };
  }

  /** Whether a file is an entry script; false when nobody can tell. */
  async isEntryScript(file: string, folder: string | undefined): Promise<boolean> {
    const modified = await modificationTime(file);
    const known = this.decisions.get(file);
    if (known && known.modified === modified) {
      return known.answer;
    }
    const interpreter = await this.interpreter(undefined, folder);
    if ("message" in interpreter) {
      return false;
    }
    const query = { path: file, root: folder ?? file, modelDir: undefined, env: {} };
    const found = await this.findScripts(interpreter.executable, query);
    if ("message" in found) {
      return false;
    }
    const answer = found[0]?.isEntryScript ?? false;
    this.decisions.set(file, { modified, answer });
    return answer;
  }

  /** Whether a folder has any entry script; false when nobody can tell. */
  async hasEntryScript(folder: string): Promise<boolean> {
    return (await this.entryScripts(folder)).length > 0;
  }

  /** The entry scripts of a folder; none when nobody can tell. */
  async entryScripts(folder: string): Promise<readonly string[]> {
    const interpreter = await this.interpreter(undefined, folder);
    if ("message" in interpreter) {
      return [];
    }
    const query = { path: folder, root: folder, modelDir: undefined, env: {} };
    const found = await this.findScripts(interpreter.executable, query);
    return "message" in found ? [] : found.map((script) => script.path);
  }

  private activation(executable: string): Promise<Record<string, string>> {
    // Conda takes a second or more; the environment does not change while VS Code is open.
    let known = this.activations.get(executable);
    if (!known) {
      known = condaActivation(executable, process.env);
      this.activations.set(executable, known);
    }
    return known;
  }
}

function problemOf(outcome: Exclude<FindOutcome, { kind: "found" }>): Problem {
  return {
    message: outcome.reason,
    actions: outcome.kind === "noInterpreter" ? [{ kind: "selectInterpreter" }] : [],
  };
}

async function modificationTime(file: string): Promise<number> {
  return (await fs.stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
