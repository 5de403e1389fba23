import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Problem } from "../common/problem";

/** An entry script to begin with, as `azmlinfsrv new --list --json` tells of it. */
export interface Template {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly needs: readonly string[];
  /** Relative to the folder that it is written into; the script first. */
  readonly files: readonly string[];
}

/** What the Python side does for a new script. */
export interface ScriptMaker {
  templates(folder: string | undefined): Promise<readonly Template[] | Problem>;
  /** The files that were written. */
  write(name: string, folder: string): Promise<readonly string[] | Problem>;
}

type Print = <T>(words: readonly string[], folder: string | undefined) => Promise<T | Problem>;

/** The maker that asks azmlinfsrv. */
export function scriptMaker(print: Print): ScriptMaker {
  return {
    templates: (folder) => print<readonly Template[]>(["new", "--list", "--json"], folder),
    write: async (name, folder) => {
      // Whoever calls has asked about files that exist.
      const words = ["new", "--template", name, "--force", "--json", folder];
      const answer = await print<{ readonly written: readonly string[] }>(words, folder);
      return "written" in answer ? answer.written : answer;
    },
  };
}

/** A line in the list of templates. */
export function templateItem(template: Template): {
  label: string;
  description: string;
  detail: string;
  template: Template;
} {
  return {
    label: template.title,
    description: template.needs.length > 0 ? l10n.t("needs {0}", template.needs.join(", ")) : "",
    detail: template.summary,
    template,
  };
}

/** Those of a template's files that are in a folder already. */
export async function existingFiles(
  template: Template,
  folder: string,
  exists: (file: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const found = await Promise.all(template.files.map((file) => exists(path.join(folder, file))));
  return template.files.filter((_, index) => found[index]);
}
