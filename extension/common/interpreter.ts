import type { Problem } from "./problem";

/** A Python that runs entry scripts, and the variables that its environment sets. */
export interface Interpreter {
  readonly executable: string;
  readonly activation: Record<string, string>;
}

/** What Python says of a file: which script it is, and where its model lies. */
export interface ScriptFacts {
  readonly path: string;
  readonly isEntryScript: boolean;
  readonly modelDir: string | undefined;
  /** Whether it scores mini batches of files or rows, not requests. */
  readonly isBatch: boolean;
}

/** Where entry scripts are looked for, and what decides on the model folder of each. */
export interface ScriptQuery {
  readonly path: string;
  readonly root: string;
  readonly modelDir: string | undefined;
  readonly env: Record<string, string>;
}

/** What is asked of Python before a script is run in any way. */
export interface ScriptPython {
  /** The program that runs the backend inside any interpreter. */
  readonly bootstrap: string;
  /** The interpreter for a workspace folder; `attribute` names one that comes first. */
  interpreter(
    attribute: string | undefined,
    folder: string | undefined,
  ): Promise<Interpreter | Problem>;
  /** The entry scripts at a path. */
  findScripts(executable: string, query: ScriptQuery): Promise<readonly ScriptFacts[] | Problem>;
}
