import * as path from "node:path";
import { PYTHON as OWN_PYTHON } from "../../extension/tasks/project";
import type { Reference } from "./reference";

/** A server that takes part: how it is started, and which script it serves. */
export interface Contender {
  readonly name: string;
  readonly command: (port: number) => readonly string[];
  /** A file of scripts/, and what the server expects it to be called. */
  readonly script: string;
  readonly copiedTo: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Another Python can be measured, with the backend and its libraries installed. */
export const PYTHON = process.env["AZMLINFSRV_BENCH_PYTHON"] ?? OWN_PYTHON;

/** Another checkout's python_backend can be measured instead of this one's. */
const OTHER_BACKEND = process.env["AZMLINFSRV_BENCH_BACKEND"];

export function ours(script: string, ...options: readonly string[]): Contender {
  const serve = ["-m", "azmlinfsrv", "--entry_script", "score.py", "--host", "127.0.0.1"];
  return {
    name: "azmlinfsrv",
    command: (port) => [PYTHON, ...serve, "--port", `${port}`, ...options],
    script,
    copiedTo: "score.py",
    env: OTHER_BACKEND === undefined ? {} : { PYTHONPATH: path.resolve(OTHER_BACKEND) },
  };
}

export function published({ python }: Reference, script: string): Contender {
  const program = path.join(path.dirname(python), "azmlinfsrv");
  return {
    name: "azureml-inference-server-http",
    command: (port) => [program, "--entry_script", "score.py", "--port", `${port}`],
    script,
    copiedTo: "score.py",
    env: {},
  };
}

/** With uvicorn's defaults, its access log among them: the others write one, too. */
export function fastApi({ python }: Reference, script: string): Contender {
  return {
    name: "FastAPI",
    command: (port) => [python, "-m", "uvicorn", "app:app", "--port", `${port}`],
    script,
    copiedTo: "app.py",
    env: {},
  };
}
