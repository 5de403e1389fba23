/** Installing a .vsix takes seconds, so one folder per content serves every profile. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { withLock } from "./workbenchLock";
import { cacheFolder, type ReadyWorkbench } from "./workbenchProvision";
import { cleanEnvironment, lastLines, run } from "./workbenchSystem";

const KEPT_FOR_MS = 3 * 24 * 60 * 60 * 1000;

export async function sharedExtensionsDir(
  workbench: ReadyWorkbench,
  vsixFiles: readonly string[],
): Promise<string> {
  const shelf = path.join(cacheFolder(), "extensions");
  const folder = path.join(shelf, contentKey(workbench, vsixFiles));
  return await withLock(`${folder}.lock`, async () => {
    if (!fs.existsSync(folder)) {
      removeOld(shelf);
      const building = `${folder}.partial`;
      fs.rmSync(building, { recursive: true, force: true });
      const profile = fs.mkdtempSync(path.join(os.tmpdir(), "azml-install-"));
      try {
        fs.mkdirSync(building, { recursive: true });
        await installExtensions(workbench, vsixFiles, building, profile);
        // The list of extensions names the folder it was written in.
        const list = path.join(building, "extensions.json");
        if (fs.existsSync(list)) {
          fs.writeFileSync(list, fs.readFileSync(list, "utf8").replaceAll(building, folder));
        }
        fs.renameSync(building, folder);
      } finally {
        fs.rmSync(profile, { recursive: true, force: true });
        fs.rmSync(building, { recursive: true, force: true });
      }
    }
    fs.utimesSync(folder, new Date(), new Date());
    return folder;
  });
}

export async function installExtensions(
  workbench: ReadyWorkbench,
  vsixFiles: readonly string[],
  extensionsDir: string,
  userDataDir: string,
): Promise<void> {
  fs.mkdirSync(extensionsDir, { recursive: true });
  if (vsixFiles.length === 0) return;
  const config = path.join(userDataDir, "config.yaml");
  fs.writeFileSync(config, "");
  const folders = ["--extensions-dir", extensionsDir, "--user-data-dir", userDataDir];
  const installs = vsixFiles.flatMap((file) => ["--install-extension", path.resolve(file)]);
  const result = await run(
    workbench.node,
    [workbench.entry, "--config", config, ...folders, "--force", ...installs],
    { env: cleanEnvironment() },
  );
  if (result.code !== 0 || /failed installing/i.test(result.output)) {
    const names = vsixFiles.join(", ");
    throw new Error(`${names} could not be installed:\n${lastLines(result.output)}`);
  }
}

function contentKey(workbench: ReadyWorkbench, vsixFiles: readonly string[]): string {
  const hash = createHash("sha256").update(workbench.version);
  for (const file of vsixFiles) hash.update(fs.readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

function removeOld(shelf: string): void {
  for (const name of fs.readdirSync(shelf)) {
    const entry = path.join(shelf, name);
    const used = fs.statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - used > KEPT_FOR_MS) fs.rmSync(entry, { recursive: true, force: true });
  }
}
