// `npm run l10n`: writes the extension's messages, as the sources have them, for translators.

import * as fs from "node:fs";
import * as path from "node:path";
import { getL10nJson } from "@vscode/l10n-dev";
import { ROOT } from "./project";

export const BUNDLE = path.join(ROOT, "extension", "l10n", "bundle.l10n.json");

/** Every message of the extension; tools and tests have none. */
export async function messagesInSources(): Promise<string> {
  const folder = path.join(ROOT, "extension");
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith(`tasks${path.sep}`))
    .map((name) => ({
      extension: ".ts",
      contents: fs.readFileSync(path.join(folder, name), "utf8"),
    }));
  const messages = Object.entries(await getL10nJson(files));
  const sorted = messages.sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`;
}

if (require.main === module) {
  messagesInSources().then((text) => fs.writeFileSync(BUNDLE, text));
}
