import * as path from "node:path";
import { DEBUG_TYPE } from "../launchAttributes";

/** An entry of launch.json. */
export interface Entry {
  readonly name: string;
  readonly type: string;
  readonly request: string;
  readonly [attribute: string]: unknown;
}

/** An entry script, and what is known of how it is deployed. */
export interface ScriptToDebug {
  readonly entryScript: string;
  readonly modelDir?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The deployment file that says so. */
  readonly file?: string | undefined;
}

/** Launch a script; `folder` is the workspace folder whose launch.json it is for. */
export function launchEntry(script: ScriptToDebug, folder: string): Entry {
  return {
    name: nameOf(script, folder, "Azure ML"),
    type: DEBUG_TYPE,
    request: "launch",
    entryScript: inWorkspace(script.entryScript, folder),
    ...(script.modelDir === undefined ? {} : { modelDir: inWorkspace(script.modelDir, folder) }),
    ...withVariables(script),
  };
}

export function attachEntry(): Entry {
  return {
    name: "Azure ML: Attach to a Running Server",
    type: DEBUG_TYPE,
    request: "attach",
    processId: "${command:azmlinfsrv.pickServer}",
  };
}

/** The same for people without this extension: Microsoft's Python Debugger and the package. */
export function debugpyLaunchEntry(script: ScriptToDebug, folder: string): Entry {
  const { modelDir } = script;
  return {
    name: nameOf(script, folder, "Azure ML (debugpy)"),
    type: "debugpy",
    request: "launch",
    module: "azmlinfsrv",
    args: [
      ...["--entry_script", inWorkspace(script.entryScript, folder)],
      ...(modelDir === undefined ? [] : ["--model_dir", inWorkspace(modelDir, folder)]),
      // The command's own default is every network of the machine.
      ...["--host", "127.0.0.1"],
    ],
    ...withVariables(script),
  };
}

export function debugpyAttachEntry(): Entry {
  return {
    name: "Azure ML (debugpy): Attach to a Process",
    type: "debugpy",
    request: "attach",
    processId: "${command:pickProcess}",
    justMyCode: true,
  };
}

/** A path within a workspace folder, as people write and read it on every system. */
export function relativeTo(folder: string, file: string): string {
  return path.relative(folder, file).split(path.sep).join("/");
}

function nameOf({ entryScript, file }: ScriptToDebug, folder: string, prefix: string): string {
  const script = relativeTo(folder, entryScript);
  return file === undefined
    ? `${prefix}: ${script}`
    : `${prefix}: ${script} as in ${relativeTo(folder, file)}`;
}

function inWorkspace(file: string, folder: string): string {
  const inside = relativeTo(folder, file);
  return inside === "" ? "${workspaceFolder}" : `\${workspaceFolder}/${inside}`;
}

function withVariables({ env = {} }: ScriptToDebug): { env?: Readonly<Record<string, string>> } {
  return Object.keys(env).length === 0 ? {} : { env };
}
