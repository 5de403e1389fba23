// `npm test`: every test of both halves, the debug run without a window, the real VS Code.

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { run as runTests } from "node:test";
import { spec } from "node:test/reporters";
import { packageExtension } from "../extension/tasks/package";
import { PYTHON, ROOT } from "../extension/tasks/project";
import { findBrowser, provisionWorkbench } from "../extension/tasks/workbench";

type Outcome =
  | { readonly kind: "passed"; readonly reason?: string }
  | { readonly kind: "failed" }
  | { readonly kind: "skipped"; readonly reason: string };

interface Step {
  readonly name: string;
  run(): Promise<Outcome>;
}

const WORKBENCHES_AT_ONCE = 2;
const DOCUMENTED_PORT = 5001;

const STEPS: readonly Step[] = [
  {
    name: "Python",
    run: () => command(PYTHON, ["-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]),
  },
  { name: "TypeScript", run: () => nodeTests("tests/extension", 2) },
  {
    name: "Debug run without a window",
    run: () => command(process.execPath, [...TSX, "extension/tasks/start.ts", "--headless"]),
  },
  { name: "Real VS Code", run: realVsCode },
];

const TSX = ["--import", "tsx"];

async function main(): Promise<void> {
  await packageExtension();
  const results: { name: string; outcome: Outcome; seconds: number }[] = [];
  for (const { name, run } of STEPS) {
    console.log(`\n== ${name}`);
    const started = Date.now();
    const outcome = await run();
    results.push({ name, outcome, seconds: (Date.now() - started) / 1000 });
  }
  console.log("\n== Summary");
  for (const { name, outcome, seconds } of results) {
    const reason = "reason" in outcome && outcome.reason ? `: ${outcome.reason}` : "";
    console.log(`${outcome.kind.padEnd(8)} ${seconds.toFixed(0).padStart(4)} s  ${name}${reason}`);
  }
  const count = (kind: Outcome["kind"]) =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  console.log(
    `\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`,
  );
  process.exitCode = results.some(({ outcome }) => outcome.kind === "failed") ? 1 : 0;
}

/** The workbench in a browser; on Windows and macOS the desktop build under the same driver. */
async function realVsCode(): Promise<Outcome> {
  if (process.platform === "linux") {
    const parts = [
      await provisionWorkbench({ log: console.log }),
      await findBrowser({ log: console.log }),
    ];
    for (const part of parts) {
      if (part.kind === "unavailable") {
        const reason = `${part.reason} ${part.remedy}`;
        const needed = process.env["CI"] === "true" && fs.existsSync("/etc/debian_version");
        console.log(reason);
        return needed ? { kind: "failed" } : { kind: "skipped", reason };
      }
    }
  }
  // A bare F5 takes the documented port if it is free. Held, each test gets a port of its own, and
  // "the port is free again" cannot meet the next test's server.
  const holder = net.createServer().on("error", () => undefined);
  holder.listen(DOCUMENTED_PORT, "127.0.0.1");
  try {
    const failed = await failedFiles(testFiles("tests/vscode"), WORKBENCHES_AT_ONCE);
    if (failed.length === 0) return { kind: "passed" };
    // A browser on a busy machine can be slow beyond any deadline. A file that fails is tried once
    // more, alone, and is named in the summary, so that it cannot hide there.
    const names = failed.map((file) => path.basename(file)).join(", ");
    console.log(`\n== Real VS Code, second try: ${names}`);
    const stillFailed = await failedFiles(failed, 1);
    const reason = `${names} only at the second try`;
    return stillFailed.length === 0 ? { kind: "passed", reason } : { kind: "failed" };
  } finally {
    holder.close();
  }
}

async function nodeTests(folder: string, atOnce: number): Promise<Outcome> {
  const failed = await failedFiles(testFiles(folder), atOnce);
  return { kind: failed.length === 0 ? "passed" : "failed" };
}

function testFiles(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => path.join(ROOT, folder, name));
}

/** Runs each file in a process of its own; returns those with a test that failed. */
async function failedFiles(files: readonly string[], atOnce: number): Promise<string[]> {
  const failed = new Set<string>();
  const events = runTests({ files: [...files], concurrency: atOnce });
  events.on("test:fail", ({ file, name }) => failed.add(file ?? name));
  const report = events.compose(new spec());
  for await (const text of report) process.stdout.write(text);
  return [...failed];
}

function command(program: string, words: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    spawn(program, words, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] })
      .on("error", reject)
      .on("close", (status) => resolve({ kind: status === 0 ? "passed" : "failed" }));
  });
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
