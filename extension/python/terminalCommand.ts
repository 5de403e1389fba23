import * as fs from "node:fs/promises";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";

const WINDOWS = process.platform === "win32";
const NAME = WINDOWS ? "azmlinfsrv.exe" : "azmlinfsrv";
/** What the script of the published package's command imports. */
const PUBLISHED_PACKAGE = "azureml_inference_server_http";

/** Which program a terminal runs under the name azmlinfsrv, apart from the bundled one. */
export interface InstalledCommand {
  readonly file: string;
  /** Whether it is the published package's, which owns the same name. */
  readonly isPublished: boolean;
}

/**
 * The azmlinfsrv command that is installed: in the interpreter's environment, which a terminal may
 * have activated, or on the PATH. It comes before the bundled one.
 */
export async function installedCommand(
  executable: string | undefined,
  searchPath: string,
): Promise<InstalledCommand | undefined> {
  const own = executable === undefined ? [] : [path.dirname(executable)];
  for (const folder of [...own, ...searchPath.split(path.delimiter)].filter(Boolean)) {
    const file = path.join(folder, NAME);
    const content = await fs.readFile(file, "latin1").catch(() => undefined);
    if (content !== undefined) {
      return { file, isPublished: content.includes(PUBLISHED_PACKAGE) };
    }
  }
  return undefined;
}

/** What there is to say about the azmlinfsrv command of a terminal. */
export function describeCommand(installed: InstalledCommand | undefined): string {
  if (installed === undefined) {
    return l10n.t("Makes the command `azmlinfsrv` available, from this extension.");
  }
  return installed.isPublished
    ? l10n.t(
        "`azmlinfsrv` is the published package's ({0}): the debugger can join it only through gdb. This extension's own is `$AZMLINFSRV`.",
        installed.file,
      )
    : l10n.t("`azmlinfsrv` is the one installed in {0}.", installed.file);
}
