// `npm run screenshots`: takes the pictures of the README and the guides anew, in the journeys of
// the real VS Code that show them; each journey still has to pass.

import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { packageExtension } from "../extension/tasks/package";
import { ROOT } from "../extension/tasks/project";
import { findBrowser, provisionWorkbench } from "../extension/tasks/workbench";
import { PICTURES_VARIABLE } from "./vscode/driver/workbench";

const JOURNEYS = path.join(ROOT, "tests", "vscode");
const MEDIA = path.join(ROOT, "media");
const TAKES_A_PICTURE = /\bpicture\("([\w/-]+)"/g;

async function main(): Promise<void> {
  await packageExtension();
  for (const part of [await provisionWorkbench({ log: console.log }), await findBrowser()]) {
    if (part.kind === "unavailable") throw new Error(`${part.reason} ${part.remedy}`);
  }
  const started = Date.now();
  const journeys = picturesByJourney();
  const [only] = process.argv.slice(2);
  const files = [...journeys.keys()].filter((file) => !only || path.basename(file).includes(only));
  process.env[PICTURES_VARIABLE] = MEDIA;
  // One at a time: a window that is slow to draw would be caught half drawn.
  const events = run({ files, concurrency: 1 });
  events.on("test:fail", () => {
    process.exitCode = 1;
  });
  for await (const text of events.compose(new spec())) process.stdout.write(text);
  for (const name of files.flatMap((file) => journeys.get(file) ?? [])) {
    const picture = path.join(MEDIA, `${name}.png`);
    const isNew = (fs.statSync(picture, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= started;
    console.log(`${isNew ? "taken " : "MISSED"} media/${name}.png`);
    if (!isNew) process.exitCode = 1;
  }
}

/** The names of the pictures that each file of journeys takes. */
function picturesByJourney(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of fs.readdirSync(JOURNEYS).filter((each) => each.endsWith(".test.ts"))) {
    const file = path.join(JOURNEYS, name);
    const pictures = [...fs.readFileSync(file, "utf8").matchAll(TAKES_A_PICTURE)];
    if (pictures.length > 0)
      found.set(
        file,
        pictures.map(([, picture]) => picture ?? ""),
      );
  }
  return found;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
