import * as path from "node:path";
import { DEBUG_TYPE } from "./launchAttributes";

type Configuration = Readonly<Record<string, unknown>>;

/**
 * The configuration that starts a script: the launch.json entry that names it, with all that it
 * sets, or one that F5 on the script makes. The script stands in it by its path: which editor is
 * active does not matter.
 */
export function launchOfScript(
  script: string,
  configurations: readonly unknown[],
  folder: string | undefined,
): Record<string, unknown> & { type: string; request: string; name: string } {
  const ours = configurations.filter(isOurs);
  const found =
    ours.find((each) => names(each, script, folder)) ??
    ours.find((each) => each["entryScript"] === undefined || each["entryScript"] === "${file}");
  const name = typeof found?.["name"] === "string" ? found["name"] : "";
  return { ...found, type: DEBUG_TYPE, request: "launch", name, entryScript: script };
}

function isOurs(configuration: unknown): configuration is Configuration {
  const { type, request } = (configuration ?? {}) as Configuration;
  return type === DEBUG_TYPE && request === "launch";
}

function names(configuration: Configuration, script: string, folder: string | undefined): boolean {
  const { entryScript } = configuration;
  if (typeof entryScript !== "string" || folder === undefined) {
    return false;
  }
  const spelled = entryScript.replace(/\$\{workspaceFolder(?:Root)?\}/g, folder);
  return path.resolve(folder, spelled) === path.resolve(script);
}
