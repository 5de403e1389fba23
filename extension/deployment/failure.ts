import * as l10n from "@vscode/l10n";
import type { CommandEnd } from "../common/commandRun";
import type { Problem, ProblemAction } from "../common/problem";

/** What a command prints with `--json` when it fails: mistakes in files, or one error. */
interface PrintedFailure {
  readonly problems?: readonly {
    readonly file: string;
    readonly line: number | null;
    readonly message: string;
  }[];
  readonly error?: string;
  readonly file?: string | null;
  readonly line?: number | null;
  readonly exists?: boolean;
}

/** Why a command has failed. */
export interface Failure {
  /** With a way to the line that is to blame. */
  readonly problem: Problem;
  /** Whether it would have replaced what is there, for which it has to be told so. */
  readonly exists: boolean;
}

export function failureOf(end: CommandEnd, absolute: (file: string) => string): Failure {
  const printed = printedFailure(end.stdout);
  return { problem: problemOf(end, printed, absolute), exists: printed?.exists ?? false };
}

/** A message without its sentences about options, which nobody can write in a dialog. */
export function withoutOptions(message: string): string {
  const sentences = message.split(/(?<=\.) /);
  return sentences.filter((sentence) => !/(^| )--\w/.test(sentence)).join(" ") || message;
}

function problemOf(
  end: CommandEnd,
  printed: PrintedFailure | undefined,
  absolute: (file: string) => string,
): Problem {
  const [first] = printed?.problems ?? [];
  if (first) {
    const more = (printed?.problems?.length ?? 0) - 1;
    const message =
      more > 0 ? l10n.t("{0} (and {1} more mistakes)", first.message, more) : first.message;
    return { message, actions: openFile(first.file, first.line, absolute) };
  }
  const said =
    printed?.error ?? end.lastLine.replace(/^azmlinfsrv [\w-]+( [\w-]+)?: (error: )?/, "");
  return {
    message: said || l10n.t("The command ended with status {0}.", String(end.code)),
    actions: [...openFile(printed?.file, printed?.line, absolute), { kind: "showLog" }],
  };
}

function openFile(
  file: string | null | undefined,
  line: number | null | undefined,
  absolute: (file: string) => string,
): ProblemAction[] {
  return file ? [{ kind: "openFile", file: absolute(file), line: line ?? 1 }] : [];
}

function printedFailure(stdout: string): PrintedFailure | undefined {
  try {
    return JSON.parse(stdout) as PrintedFailure;
  } catch {
    return undefined;
  }
}
