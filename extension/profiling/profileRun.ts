import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { runCommand } from "../common/commandRun";

/** What is profiled, and with what. */
export interface ProfileRequest {
  readonly executable: string;
  readonly bootstrap: string;
  readonly script: string;
  readonly modelDir: string | undefined;
  /** Files; none: the example of the script's schema. */
  readonly samples: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Further options of the command. */
  readonly options?: readonly string[];
}

/** The keys of the result that are read here; there are more. */
export interface ProfileResult {
  readonly state: "Succeeded" | "Failed" | "Canceled";
  readonly totalQueries: number;
  readonly latencyPercentile50InMs: number | null;
  readonly measuredQueriesPerSecond: number | null;
  readonly error: { readonly message: string } | null;
}

export type ProfileOutcome =
  | {
      readonly kind: "measured";
      readonly result: ProfileResult;
      /** The whole result, and the report as a page. */
      readonly json: string;
      readonly html: string;
    }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "cancelled" };

/** Where a run is: percent of the whole, and what is being done. */
export type OnProgress = (percent: number, message: string) => void;

/** Run `azmlinfsrv profile` in the user's interpreter; an abort ends it with what it has so far. */
export async function runProfile(
  request: ProfileRequest,
  onProgress: OnProgress,
  abort: AbortSignal,
): Promise<ProfileOutcome> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "azmlinfsrv-profile-"));
  try {
    const files = {
      json: path.join(folder, "result.json"),
      html: path.join(folder, "report.html"),
    };
    const { code, lastLine } = await runCommand(
      { ...request, words: commandLine(request, files) },
      (line) => {
        const step = progressIn(line);
        if (step) {
          onProgress(step.percent, step.message);
        }
        return step !== undefined;
      },
      abort,
    );
    const json = await fs.readFile(files.json, "utf8").catch(() => undefined);
    const html = await fs.readFile(files.html, "utf8").catch(() => undefined);
    if (json === undefined || html === undefined) {
      return abort.aborted ? { kind: "cancelled" } : failure(lastLine, code);
    }
    const result = JSON.parse(json) as ProfileResult;
    const isEmpty = abort.aborted && result.totalQueries === 0;
    return isEmpty ? { kind: "cancelled" } : { kind: "measured", result, json, html };
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

function commandLine(request: ProfileRequest, files: { json: string; html: string }): string[] {
  return [
    request.bootstrap,
    "profile",
    ...["--entry_script", request.script],
    ...(request.modelDir === undefined ? [] : ["--model_dir", request.modelDir]),
    ...request.samples.flatMap((sample) => ["--request", sample]),
    ...["--json", files.json, "--html", files.html, "--progress", "json"],
    ...(request.options ?? []),
  ];
}

/** The step that a line of the command tells of; undefined for any other line. */
export function progressIn(line: string): { percent: number; message: string } | undefined {
  if (!line.startsWith("{")) {
    return undefined;
  }
  try {
    const step = JSON.parse(line) as { percent?: unknown; message?: unknown };
    return typeof step.percent === "number" && typeof step.message === "string"
      ? { percent: step.percent, message: step.message }
      : undefined;
  } catch {
    return undefined;
  }
}

function failure(lastLine: string, code: number | null): ProfileOutcome {
  const reason = lastLine.replace(/^azmlinfsrv profile: (error: )?/, "");
  return {
    kind: "failed",
    reason: reason || l10n.t("The profiler ended with status {0}.", String(code)),
  };
}
