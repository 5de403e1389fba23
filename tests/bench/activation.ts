import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { packageExtension } from "../../extension/tasks/package";
import { VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "../vscode/driver";
import type { Pair, Row } from "./rows";

const SCRIPT = "def init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n";
const EXTENSION = "Azure ML Entry Script Debugger";
const PROMISED_MS = 50;
const RUNS = 5;

/**
 * What VS Code itself says that our code takes from being loaded until activate() has returned, in
 * windows of a script's folder. There is nobody to compare with: "theirs" is what is promised.
 */
export async function activation(): Promise<Row[]> {
  await packageExtension();
  const pairs: Pair[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    pairs.push({ ours: await measure(), theirs: PROMISED_MS });
  }
  return [
    {
      name: "activation in VS Code, beside what is promised",
      unit: "ms",
      aim: { atMost: 1 },
      pairs,
    },
  ];
}

async function measure(): Promise<number> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "azmlinfsrv-bench-"));
  try {
    await fs.writeFile(path.join(folder, "score.py"), SCRIPT);
    return await withWorkbench({ name: "activation", folder, vsix: VSIX }, async (wb) => {
      await wb.openFile("score.py");
      await wb.runCommand("Developer: Show Running Extensions");
      const time = wb.page
        .locator(".runtime-extensions-editor .extension")
        .filter({ hasText: EXTENSION })
        .locator(".activation-time");
      return wb.until("the time that the activation took", async () => {
        const [seen] = await time.allTextContents();
        const milliseconds = /(\d+)\s*ms/.exec(seen ?? "")?.[1];
        return milliseconds === undefined ? { seen } : { found: Number(milliseconds) };
      });
    });
  } finally {
    await fs.rm(folder, { recursive: true });
  }
}
