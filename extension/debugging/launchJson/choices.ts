import * as l10n from "@vscode/l10n";
import {
  attachEntry,
  debugpyAttachEntry,
  debugpyLaunchEntry,
  type Entry,
  launchEntry,
  relativeTo,
  type ScriptToDebug,
} from "./entries";

/** A workspace folder and what can be debugged in it. */
export interface FolderToDebug {
  readonly path: string;
  readonly scripts: readonly string[];
  readonly deployments: readonly (ScriptToDebug & { readonly file: string })[];
}

/** Something that the user can have added to launch.json. */
export interface Choice {
  readonly label: string;
  readonly description: string;
  readonly picked: boolean;
  readonly folder: string;
  readonly entry: Entry;
  /** The same for people without this extension. */
  readonly debugpyEntry: Entry;
}

type Unpicked = Omit<Choice, "picked">;

/** What the command offers: the scripts, what deployment files say of them, and attaching. */
export function choicesFor(folders: readonly FolderToDebug[]): Choice[] {
  const [first] = folders.filter(({ scripts }) => scripts.length > 0).concat(folders);
  const attach: Choice[] = first
    ? [
        {
          label: l10n.t("Attach to a running server"),
          description: l10n.t("started in a terminal of this machine"),
          picked: true,
          folder: first.path,
          entry: attachEntry(),
          debugpyEntry: debugpyAttachEntry(),
        },
      ]
    : [];
  const all = folders.flatMap(choicesIn);
  const obvious = obviousChoice(folders, all);
  return [...all.map((choice) => ({ ...choice, picked: choice === obvious })), ...attach];
}

/** The only script; as its deployment file says, if there is one and no other. */
function obviousChoice(
  folders: readonly FolderToDebug[],
  choices: readonly Unpicked[],
): Unpicked | undefined {
  const scripts = new Set(
    folders.flatMap((folder) => [
      ...folder.scripts,
      ...folder.deployments.map(({ entryScript }) => entryScript),
    ]),
  );
  return scripts.size === 1 && choices.length <= 2 ? choices.at(-1) : undefined;
}

function choicesIn(folder: FolderToDebug): Unpicked[] {
  const scripts = folder.scripts.map((entryScript) => {
    const script = { entryScript };
    const label = l10n.t("Debug {0}", relativeTo(folder.path, entryScript));
    return choiceOf(script, folder.path, { label, description: "" });
  });
  const deployments = folder.deployments.map((deployment) => {
    const { file, entryScript, modelDir } = deployment;
    const label = l10n.t(
      "From {0}: {1}",
      relativeTo(folder.path, file),
      relativeTo(folder.path, entryScript),
    );
    return choiceOf(deployment, folder.path, {
      label,
      description: description(deployment.env, modelDir && relativeTo(folder.path, modelDir)),
    });
  });
  return [...scripts, ...deployments];
}

function choiceOf(
  script: ScriptToDebug,
  folder: string,
  shown: Pick<Choice, "label" | "description">,
): Unpicked {
  return {
    ...shown,
    folder,
    entry: launchEntry(script, folder),
    debugpyEntry: debugpyLaunchEntry(script, folder),
  };
}

function description(
  env: Readonly<Record<string, string>> | undefined,
  modelDir: string | undefined,
): string {
  const count = Object.keys(env ?? {}).length;
  return [
    ...(modelDir === undefined ? [] : [l10n.t("model {0}", modelDir || ".")]),
    ...(count === 0
      ? []
      : [
          count === 1
            ? l10n.t("1 environment variable")
            : l10n.t("{0} environment variables", count),
        ]),
  ].join(", ");
}
