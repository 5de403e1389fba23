import { randomUUID } from "node:crypto";
import * as os from "node:os";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import type { ScriptFacts, ScriptPython } from "../common/interpreter";
import type { Problem } from "../common/problem";
import { scriptName } from "../common/scriptName";
import type { LookUp, Places } from "./attributeKinds";
import { checkLaunchAttributes } from "./checkAttributes";
import {
  type Batch,
  type DebugpyConfiguration,
  debugpyConfiguration,
} from "./debugpyConfiguration";
import { readEnvironmentFile } from "./environmentFile";
import type { LaunchAttributes } from "./launchAttributes";
import { expandHome, placesIn } from "./places";

/** What a launch needs of the Python side; extension.ts and the terminal supply it. */
export interface PythonServices extends ScriptPython {
  readonly bundle: string;
}

/** Where a launch is asked for. */
export interface LaunchContext {
  readonly folder: string | undefined;
  /** All folders of the window, if there are several. */
  readonly folders?: readonly string[];
  /** The file in the active editor. */
  readonly activeFile: string | undefined;
  /** Ask which of several entry scripts is meant; undefined when the user does not want any. */
  choose(scripts: readonly ScriptFacts[]): Promise<ScriptFacts | undefined>;
  /** Ask for the folder that a batch script is to score; without it, nobody can be asked. */
  chooseInput?(script: ScriptFacts): Promise<string | undefined>;
  /** What is on the disk; without it, the disk itself is asked. */
  readonly lookUp?: LookUp;
}

export type LaunchResolution =
  | { readonly kind: "launch"; readonly configuration: DebugpyConfiguration }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "cancelled" };

/** Turn what the user wrote, which may be nothing, into the configuration that debugpy gets. */
export async function resolveLaunch(
  attributes: LaunchAttributes,
  context: LaunchContext,
  python: PythonServices,
): Promise<LaunchResolution> {
  const root = rootOf(attributes, context);
  const places = placesIn(root, context.lookUp);
  const mistake = checkLaunchAttributes(attributes, places);
  if (mistake) {
    return { kind: "problem", problem: mistake };
  }
  const named = attributes.python === undefined ? undefined : expandHome(attributes.python);
  const interpreter = await python.interpreter(named, context.folder);
  if (isProblem(interpreter)) {
    return { kind: "problem", problem: interpreter };
  }
  const fromFile = await readEnvironmentFile(places.resolve(attributes.envFile ?? ".env"), {
    ...process.env,
    ...interpreter.activation,
  });
  if (fromFile.kind === "unreadable" && attributes.envFile !== undefined) {
    return { kind: "problem", problem: unreadable(fromFile.reason) };
  }
  // Nobody asked for .env: without one, there is nothing to read.
  const written = fromFile.kind === "read" ? fromFile.variables : {};
  const env = { ...interpreter.activation, ...written, ...attributes.env };

  const find = (where: string) =>
    python.findScripts(interpreter.executable, {
      path: where,
      root,
      modelDir: attributes.modelDir,
      env,
    });
  const script = await chooseScript(attributes.entryScript, places, context, find);
  if (script === undefined) {
    return { kind: "cancelled" };
  }
  if (isProblem(script)) {
    return { kind: "problem", problem: script };
  }
  const batch = await batchOf(attributes, script, places, context);
  if (batch === "cancelled") {
    return { kind: "cancelled" };
  }
  if (batch !== undefined && isProblem(batch)) {
    return { kind: "problem", problem: batch };
  }
  const configuration = debugpyConfiguration({
    attributes: {
      ...attributes,
      name: attributes.name || `Azure ML: ${scriptName(script.path, foldersOf(context))}`,
    },
    entryScript: script.path,
    modelDir: script.modelDir,
    batch,
    python: interpreter.executable,
    cwd: places.resolve(attributes.cwd ?? "."),
    env,
    eventsFile: newEventsFile(),
    bundle: python.bundle,
    bootstrap: python.bootstrap,
  });
  return { kind: "launch", configuration };
}

/** What is scored by a batch script, and by an online one that a file of requests is named for. */
async function batchOf(
  attributes: LaunchAttributes,
  script: ScriptFacts,
  places: Places,
  context: LaunchContext,
): Promise<Batch | Problem | "cancelled" | undefined> {
  const { input, output } = attributes;
  if (input === undefined && !script.isBatch) {
    return undefined;
  }
  const chosen = input ?? (await context.chooseInput?.(script));
  if (chosen === undefined) {
    return context.chooseInput === undefined ? noInput(script.path) : "cancelled";
  }
  return {
    input: places.resolve(chosen),
    output: output === undefined ? newOutput(script.path) : places.resolve(output),
  };
}

function noInput(script: string): Problem {
  return {
    message: l10n.t(
      "{0} is a batch script: input in launch.json has to name the folder, file or pattern to score.",
      script,
    ),
    actions: [{ kind: "openLaunchJson" }],
  };
}

/** Where results go that nobody has asked for: the console says where they are. */
function newOutput(script: string): string {
  const folder = path.join(os.tmpdir(), `azmlinfsrv-batch-${randomUUID()}`);
  return path.join(folder, `${path.basename(script, ".py")}.csv`);
}

/** The configured script; else the active one; else the workspace's only one; else a choice. */
async function chooseScript(
  configured: string | undefined,
  places: Places,
  context: LaunchContext,
  find: (where: string) => Promise<readonly ScriptFacts[] | Problem>,
): Promise<ScriptFacts | Problem | undefined> {
  if (configured !== undefined) {
    const found = await find(places.resolve(configured));
    return isProblem(found)
      ? { ...found, actions: [{ kind: "openLaunchJson" }, ...found.actions] }
      : (found[0] ?? noEntryScript(configured));
  }
  if (context.activeFile?.endsWith(".py")) {
    const active = await find(context.activeFile);
    if (isProblem(active)) {
      return active;
    }
    if (active[0]?.isEntryScript) {
      return active[0];
    }
  }
  const all = await find(places.root);
  if (isProblem(all)) {
    return all;
  }
  return all.length > 1 ? context.choose(all) : (all[0] ?? noEntryScript(places.root));
}

function noEntryScript(where: string): Problem {
  return {
    message: l10n.t(
      "There is no entry script in {0}: no Python file there defines init() and run().",
      where,
    ),
    actions: [{ kind: "showLog" }],
  };
}

/** Where relative paths start: without a workspace folder, beside the script. */
function foldersOf({ folder, folders }: LaunchContext): readonly string[] {
  return folders ?? (folder === undefined ? [] : [folder]);
}

function rootOf({ entryScript }: LaunchAttributes, context: LaunchContext): string {
  const script = typeof entryScript === "string" ? entryScript : context.activeFile;
  return context.folder ?? path.dirname(expandHome(script ?? "."));
}

function unreadable(reason: string): Problem {
  return {
    message: l10n.t("envFile in launch.json cannot be read: {0}", reason),
    actions: [{ kind: "openLaunchJson" }],
  };
}

/** Whoever follows the events makes the folder: a launch that is called off leaves none. */
function newEventsFile(): string {
  return path.join(os.tmpdir(), `azmlinfsrv-${randomUUID()}`, "events.jsonl");
}

export function isProblem(value: object): value is Problem {
  return "message" in value && "actions" in value;
}
