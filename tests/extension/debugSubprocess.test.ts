import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import type { DebugRun } from "../../extension/tasks/debugRun";
import { freePort } from "../../extension/tasks/workbench";
import { debugFolder, ready } from "./debugScript";
import { fetchText } from "./requests";
import { temporaryFolder } from "./temporary";

/** A program and a module of the user's, each with a line to stop in. */
const CHILD = ["import sys", "word = sys.argv[1]", "print(word[::-1])", ""].join("\n");
const WORK = [
  "def work(word, answers):",
  "    reversed_word = word[::-1]",
  "    answers.put(reversed_word)",
  "",
].join("\n");

/** How a script starts a process, and the file and line of the child that are stopped in. */
const WAYS: readonly { name: string; body: string[]; file: string; line: number }[] = [
  {
    name: "subprocess.run([sys.executable, …])",
    body: [
      "    command = [sys.executable, os.path.join(HERE, 'child.py'), data]",
      "    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)",
      "    return done.stdout.strip()",
    ],
    file: "child.py",
    line: 3,
  },
  ...(process.platform === "win32" ? ["spawn"] : ["fork", "spawn"]).map((method) => ({
    name: `multiprocessing, ${method}`,
    body: [
      `    context = multiprocessing.get_context('${method}')`,
      "    answers = context.Queue()",
      "    process = context.Process(target=worker.work, args=(data, answers))",
      "    process.start()",
      "    answer = answers.get()",
      "    process.join()",
      "    return answer",
    ],
    file: "worker.py",
    line: 3,
  })),
];

for (const { name, body, file, line } of WAYS) {
  test(`a breakpoint stops in a process that run() starts: ${name}`, async (t) => {
    const folder = temporaryFolder(t);
    const port = await freePort();
    const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
    write("child.py", CHILD);
    write("worker.py", WORK);
    const head = [
      "import multiprocessing, os, subprocess, sys",
      "import worker",
      "HERE = os.path.dirname(__file__)",
      "def init(): pass",
      "def run(data):",
    ];
    write("score.py", [...head, ...body, ""].join("\n"));
    const use = async (run: DebugRun) => {
      await ready(run);
      for (const _request of [1, 2]) {
        const answer = fetchText(port, "/score", "abc");
        const stop = await run.waitForStop();
        assert.deepEqual([path.basename(stop.file), stop.line], [file, line]);
        assert.equal(await stop.evaluate("word"), "'abc'");
        await stop.continue();
        assert.equal(await answer, '"cba"');
      }
      // What debugpy would say of the child's frozen modules, or of a child that it lost.
      assert.doesNotMatch(run.output.join(""), /frozen|Debugger warning|pydevd|Traceback/i);
    };
    await debugFolder(folder, [{ file: path.join(folder, file), lines: [line] }], use, { port });
  });
}
