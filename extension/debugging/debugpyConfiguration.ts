import { DEBUGPY_ATTRIBUTES } from "./attributeNames";
import { DEBUG_TYPE, type LaunchAttributes } from "./launchAttributes";

/** What a run over files scores, and where the results go. */
export interface Batch {
  readonly input: string;
  readonly output: string;
}

/** Everything that has been found out before the server can be launched. */
export interface ResolvedLaunch {
  readonly attributes: LaunchAttributes;
  readonly entryScript: string;
  readonly modelDir: string | undefined;
  /** No server is started, but this is scored. */
  readonly batch: Batch | undefined;
  readonly python: string;
  readonly cwd: string;
  /** Variables that the debuggee gets beside the ones it inherits. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the server writes its life-cycle events. */
  readonly eventsFile: string;
  /** The bundle's folder and its bootstrap.py. */
  readonly bundle: string;
  readonly bootstrap: string;
}

/** The configuration that debugpy gets. */
export interface DebugpyConfiguration {
  readonly type: typeof DEBUG_TYPE;
  readonly request: "launch";
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly python: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly console: string;
  readonly justMyCode: boolean;
  readonly rules: readonly { readonly path: string; readonly include: boolean }[];
  readonly subProcess: true;
  readonly redirectOutput: boolean;
  readonly noDebug?: boolean;
  readonly internalConsoleOptions: string;
}

export const EVENTS_VARIABLE = "AZMLINFSRV_EVENTS";
export const STOP_VARIABLE = "AZMLINFSRV_STOP_ON_ENTRY";
const FORK_GUARD = "OBJC_DISABLE_INITIALIZE_FORK_SAFETY";

/**
 * Translate a launch of ours into debugpy's words.
 *
 * The result is built from nothing, so that no attribute of ours can reach debugpy: its attach
 * request still knows `port` and `host` of old, and a worker's session that inherits the server's
 * port waits for ever without a word.
 */
export function debugpyConfiguration(launch: ResolvedLaunch): DebugpyConfiguration {
  const { attributes } = launch;
  const console = attributes.console ?? "internalConsole";
  const justMyCode = attributes.justMyCode ?? true;
  return {
    type: DEBUG_TYPE,
    request: "launch",
    name: attributes.name ?? "Azure ML",
    program: launch.bootstrap,
    args: launch.batch ? batchOptions(launch, launch.batch) : serverOptions(launch),
    python: [launch.python],
    cwd: launch.cwd,
    env: {
      // debugpy warns of frozen modules although it switches them off itself.
      PYDEVD_DISABLE_FILE_VALIDATION: "1",
      // macOS ends forked workers that touch Objective-C frameworks, as numpy's BLAS does.
      ...(process.platform === "darwin" ? { [FORK_GUARD]: process.env[FORK_GUARD] ?? "YES" } : {}),
      // What the user sets counts, but for what is between the extension and its server.
      ...launch.env,
      [EVENTS_VARIABLE]: launch.eventsFile,
      // debugpy's own stopOnEntry would stop in the server, not in the script.
      ...(attributes.stopOnEntry ? { [STOP_VARIABLE]: "1" } : {}),
    },
    console,
    justMyCode,
    rules: bundleRules(launch.bundle, justMyCode),
    subProcess: true,
    redirectOutput: console === "internalConsole",
    ...(attributes.noDebug === undefined ? {} : { noDebug: attributes.noDebug }),
    internalConsoleOptions:
      attributes.internalConsoleOptions ??
      (console === "internalConsole" ? "openOnSessionStart" : "neverOpen"),
    ...passedOn(attributes),
  };
}

/** The bundle is not in a site-packages folder, but it is not the user's code either. */
export function bundleRules(bundle: string, justMyCode: boolean): DebugpyConfiguration["rules"] {
  return justMyCode ? [{ path: `${bundle}/**`, include: false }] : [];
}

/** What debugpy understands beyond our attributes, for whoever writes it. */
export function passedOn(attributes: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => DEBUGPY_ATTRIBUTES.includes(name)),
  );
}

const BATCH_COMMAND = "batch";

/** Whether a configuration of ours scores files instead of starting a server. */
export function isBatchRun({ args }: Pick<DebugpyConfiguration, "args">): boolean {
  return args[0] === BATCH_COMMAND;
}

function batchOptions(
  { attributes, entryScript, modelDir }: ResolvedLaunch,
  { input, output }: Batch,
): string[] {
  const { miniBatchSize } = attributes;
  return [
    ...[BATCH_COMMAND, "--entry_script", entryScript],
    ...(modelDir === undefined ? [] : ["--model_dir", modelDir]),
    ...["--input", input, "--output", output],
    ...(miniBatchSize === undefined ? [] : ["--mini_batch_size", String(miniBatchSize)]),
    // In one process breakpoints simply stop, and no time limit ends what is being looked at.
    ...(attributes.noDebug ? [] : ["--debug"]),
    // Each F5 begins anew.
    "--force",
    ...(attributes.args ?? []),
  ];
}

function serverOptions({ attributes, entryScript, modelDir }: ResolvedLaunch): string[] {
  return [
    ...["--entry_script", entryScript],
    ...(modelDir === undefined ? [] : ["--model_dir", modelDir]),
    // A laptop must not serve its model to the café.
    ...["--host", attributes.host ?? "127.0.0.1"],
    ...["--port", attributes.port === undefined ? "auto" : String(attributes.port)],
    ...["--worker_count", String(attributes.workerCount ?? 1)],
    // Whoever debugs a script may read what it raised.
    "--show_errors",
    // Whoever is at the editor may try the API; see extension/apiPage.
    "--docs",
    ...(attributes.reload ? ["--reload"] : []),
    ...(attributes.args ?? []),
  ];
}
