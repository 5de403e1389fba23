import * as fs from "node:fs/promises";
import * as path from "node:path";

/** A Python executable and who chose it, in words for people. */
export interface Interpreter {
  readonly executable: string;
  readonly source: string;
}

/** Everything that may name the interpreter, strongest first. */
export interface InterpreterSources {
  /** `python` in the debug configuration. */
  readonly attribute?: string | undefined;
  /** The setting `azmlinfsrv.pythonPath`. */
  readonly setting?: string | undefined;
  /** The interpreter selected in Microsoft's Python extensions. */
  readonly selected?: string | undefined;
  /** The workspace folder: its `.venv` or `venv` is used. */
  readonly folder?: string | undefined;
  /** The PATH variable to look `python3` and `python` up in. */
  readonly searchPath: string;
}

const WINDOWS = process.platform === "win32";

/** The interpreter that runs the entry script, or undefined when this machine has none. */
export async function findInterpreter(
  sources: InterpreterSources,
): Promise<Interpreter | undefined> {
  const named = [
    { executable: sources.attribute, source: "the debug configuration's python" },
    { executable: sources.setting, source: "the setting azmlinfsrv.pythonPath" },
    { executable: sources.selected, source: "the Python extension" },
  ];
  for (const { executable, source } of named) {
    // Whoever names an interpreter wants that one: if it does not work, that is worth an error.
    if (executable) {
      return { executable: absolute(executable, sources.folder), source };
    }
  }
  for (const name of sources.folder ? [".venv", "venv"] : []) {
    const executable = environmentPython(path.join(sources.folder ?? "", name));
    if (await isFile(executable)) {
      return { executable, source: `${name} in the workspace` };
    }
  }
  const found = await findOnPath(
    WINDOWS ? ["python.exe"] : ["python3", "python"],
    sources.searchPath,
  );
  return found ? { executable: found, source: "PATH" } : undefined;
}

/** Where a virtual or conda environment keeps its interpreter. */
function environmentPython(folder: string): string {
  return WINDOWS ? path.join(folder, "Scripts", "python.exe") : path.join(folder, "bin", "python");
}

function absolute(executable: string, folder: string | undefined): string {
  // A bare name is looked up on the PATH by the system.
  const isName = !/[\\/]/.test(executable);
  return isName || !folder ? executable : path.resolve(folder, executable);
}

async function findOnPath(
  names: readonly string[],
  searchPath: string,
): Promise<string | undefined> {
  const folders = searchPath.split(path.delimiter).filter((folder) => folder !== "");
  for (const name of names) {
    for (const folder of folders) {
      const candidate = path.join(folder, name);
      if (await isFile(candidate)) {
        return candidate;
      }
    }
  }
  return undefined;
}

async function isFile(candidate: string): Promise<boolean> {
  try {
    return (await fs.stat(candidate)).isFile();
  } catch {
    return false;
  }
}
