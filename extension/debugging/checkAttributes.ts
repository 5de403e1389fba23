import * as l10n from "@vscode/l10n";
import type { Problem } from "../common/problem";
import { ATTACH, type AttachAttributes } from "./attachAttributes";
import { type Attribute, type Places, text } from "./attributeKinds";
import { checkName, type Declaration } from "./attributeNames";
import { LAUNCH, type LaunchAttributes } from "./launchAttributes";

/** What is wrong with a launch configuration, or undefined. */
export function checkLaunchAttributes(
  attributes: LaunchAttributes,
  places: Places,
): Problem | undefined {
  // What a task makes is not there before it has run, and VS Code runs it after this check.
  const known: Declaration = attributes.preLaunchTask ? { ...LAUNCH, modelDir: text() } : LAUNCH;
  return problemOf([
    ...checkEach({ ...attributes }, known, { request: "attach", known: ATTACH }, places),
    ...(Array.isArray(attributes.args) ? attributes.args.flatMap(checkOption) : []),
  ]);
}

/** What is wrong with an attach configuration, or undefined. */
export function checkAttachAttributes(
  attributes: AttachAttributes,
  places: Places,
): Problem | undefined {
  return problemOf([
    ...checkEach({ ...attributes }, ATTACH, { request: "launch", known: LAUNCH }, places),
    ...checkTarget(attributes),
  ]);
}

function checkEach(
  attributes: Readonly<Record<string, unknown>>,
  known: Declaration,
  elsewhere: { readonly request: string; readonly known: Declaration },
  places: Places,
): string[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const attribute: Attribute | undefined = Object.hasOwn(known, name) ? known[name] : undefined;
      return attribute
        ? attribute.check(name, value, places)
        : checkName(name, Object.keys(known), elsewhere);
    })
    .filter((mistake) => mistake !== undefined);
}

/** The options of the azmlinfsrv command that an attribute sets. */
const OPTIONS: ReadonlyMap<string, keyof typeof LAUNCH> = new Map([
  ["entry_script", "entryScript"],
  ["model_dir", "modelDir"],
  ["port", "port"],
  ["host", "host"],
  ["worker_count", "workerCount"],
  ["input", "input"],
  ["output", "output"],
  ["mini_batch_size", "miniBatchSize"],
]);

/** The server would take the last of two, and the editor would believe in the other. */
function checkOption(argument: unknown): string[] {
  const [, option] = /^--([\w-]+)/.exec(String(argument)) ?? [];
  const attribute = OPTIONS.get(option?.replaceAll("-", "_") ?? "");
  return attribute === undefined
    ? []
    : [
        l10n.t(
          "args in launch.json cannot have --{0}: the attribute {1} sets it.",
          option ?? "",
          attribute,
        ),
      ];
}

const TARGETS = ["processId", "connect", "listen"] as const;

function checkTarget(attributes: AttachAttributes): string[] {
  const given = TARGETS.filter((name) => attributes[name] !== undefined);
  if (given.length === 0) {
    return [
      l10n.t(
        "This configuration in launch.json does not say what to attach to: processId (a server on this machine), connect (a debugger that listens, in a container for one) or listen (a server that will connect).",
      ),
    ];
  }
  return given.length === 1
    ? []
    : [l10n.t("{0} in launch.json exclude each other: keep one.", given.join(", "))];
}

function problemOf(mistakes: readonly string[]): Problem | undefined {
  return mistakes.length === 0
    ? undefined
    : { message: mistakes.join(" "), actions: [{ kind: "openLaunchJson" }] };
}
