import * as l10n from "@vscode/l10n";
import { closestMatch } from "leven";
import type { Attribute } from "./attributeKinds";

export type Declaration = Readonly<Record<string, Attribute>>;

/** Attributes that VS Code takes from every debug configuration, and acts on itself. */
export const VSCODE_ATTRIBUTES: readonly string[] = [
  ...["preLaunchTask", "postDebugTask", "presentation", "serverReadyAction"],
  ...["internalConsoleOptions", "suppressMultipleSessionWarning", "debugServer"],
];
const OF_EVERY_CONFIGURATION = ["type", "request", "name", "noDebug", "windows", "osx", "linux"];

/** Attributes of debugpy's own that mean here what they mean there. */
export const DEBUGPY_ATTRIBUTES: readonly string[] = [
  ...["showReturnValue", "gevent", "django", "jinja", "logToFile", "steppingResumesAllThreads"],
];

/** Attributes that stand in many configurations of debugpy and need nothing from us. */
const TOLERATED = [
  ...["subProcess", "redirectOutput", "purpose", "consoleName", "consoleTitle", "clientOS"],
  ...["autoReload", "autoStartBrowser"],
];

const HARMLESS: ReadonlySet<string> = new Set([
  ...VSCODE_ATTRIBUTES,
  ...OF_EVERY_CONFIGURATION,
  ...DEBUGPY_ATTRIBUTES,
  ...TOLERATED,
]);

/** What this extension calls what other debuggers call otherwise. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["program", "entryScript"],
  ["script", "entryScript"],
  ["module", "entryScript"],
  ["pythonPath", "python"],
  ["workers", "workerCount"],
  ["environment", "env"],
  ["model", "modelDir"],
  ["host", "connect"],
  ["port", "connect"],
]);

/** A typo has few wrong letters. */
const MAX_TYPO = 3;

/** What is wrong with a name that is not among the `known`; undefined when nothing is. */
export function checkName(
  name: string,
  known: readonly string[],
  elsewhere: { readonly request: string; readonly known: Declaration },
): string | undefined {
  // VS Code and other extensions keep notes of their own under names that begin so.
  if (HARMLESS.has(name) || name.startsWith("__")) {
    return undefined;
  }
  const synonym = SYNONYMS.get(name);
  const meant = synonym && known.includes(synonym) ? synonym : nearest(name, known);
  if (meant !== undefined) {
    return l10n.t("{0} in launch.json is not an attribute; did you mean {1}?", name, meant);
  }
  return Object.hasOwn(elsewhere.known, name)
    ? l10n.t(
        '{0} in launch.json belongs to "request": "{1}", not to this one.',
        name,
        elsewhere.request,
      )
    : l10n.t("{0} in launch.json is not an attribute. There are: {1}.", name, known.join(", "));
}

/** `entry_script`, `EntryScript` and `entryScrpit` all mean entryScript. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const plain = (written: string) => written.replace(/[-_ ]/g, "").toLowerCase();
  const match = closestMatch(plain(name), known.map(plain), {
    maxDistance: Math.min(MAX_TYPO, Math.floor(name.length / 3)),
  });
  return known.find((candidate) => plain(candidate) === match);
}
