import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { LookUp, Places } from "./attributeKinds";

/** The disk, for paths that start in a workspace folder. */
export function placesIn(root: string, lookUp: LookUp = onDisk): Places {
  return { root, lookUp, resolve: (named) => path.resolve(root, expandHome(named)) };
}

/** `~` is a shell's, and no shell reads launch.json; but people write it. */
export function expandHome(named: string): string {
  return /^~(?=$|[\\/])/.test(named) ? os.homedir() + named.slice(1) : named;
}

const onDisk: LookUp = (file) => {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    return undefined;
  }
  return found.isDirectory() ? "folder" : "file";
};

/**
 * The workspace folder that a launch belongs to: its .env, its interpreter, its relative paths.
 * That of the script, wherever the configuration stands; else the one that was asked for.
 */
export function launchFolder(
  launch: {
    readonly entryScript: unknown;
    readonly asked: string | undefined;
    readonly activeFile: string | undefined;
  },
  folders: readonly string[],
): string | undefined {
  const { entryScript, asked, activeFile } = launch;
  const active = activeFile === undefined ? undefined : folderOf(activeFile, folders);
  if (typeof entryScript === "string") {
    return folderOf(path.resolve(asked ?? "", expandHome(entryScript)), folders) ?? asked ?? active;
  }
  const isPython = activeFile?.endsWith(".py");
  return (isPython ? active : undefined) ?? asked ?? active ?? folders[0];
}

/** The innermost of the folders that holds a file. */
function folderOf(file: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => {
      const inside = path.relative(folder, file);
      return inside !== "" && !path.isAbsolute(inside) && inside.split(path.sep)[0] !== "..";
    })
    .sort((one, other) => other.length - one.length)[0];
}
