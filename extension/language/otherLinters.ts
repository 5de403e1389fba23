/** Extensions that report undefined names and syntax errors themselves. */
const LINTERS: readonly string[] = [
  "ms-python.vscode-pylance",
  "ms-pyright.pyright",
  "detachhead.basedpyright",
  "charliermarsh.ruff",
  "astral-sh.ty",
  "ms-python.flake8",
  "ms-python.pylint",
  "meta.pyrefly",
];

/** Whether one of these extensions is installed and enabled. */
export function hasOtherLinter(isInstalled: (extension: string) => boolean): boolean {
  return LINTERS.some(isInstalled);
}
