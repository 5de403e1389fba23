import * as path from "node:path";

/** Where things are in this checkout. */
export const ROOT = path.resolve(__dirname, "../..");
export const DIST = path.join(ROOT, "dist");
export const BUNDLE = path.join(DIST, "bundled");
export const VSIX = path.join(DIST, "azmlinfsrv.vsix");
export const EXAMPLE = path.join(ROOT, "examples", "diabetes");

const WINDOWS = process.platform === "win32";

/** The interpreter of a virtual environment. */
export function pythonOf(environment: string): string {
  return path.join(environment, WINDOWS ? "Scripts/python.exe" : "bin/python");
}

export const PYTHON = pythonOf(path.join(ROOT, ".venv"));
