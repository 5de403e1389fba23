import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { TestContext } from "node:test";

/** A folder that goes away with the test; blanks and non-ASCII characters are part of its name. */
export function temporaryFolder(test: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "azmlinfsrv tést "));
  test.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Write an executable script of the shell. */
export function writeProgram(file: string, body: string): string {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}
