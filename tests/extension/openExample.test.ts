import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { EXAMPLE, ROOT } from "../../extension/tasks/project";

const packed = fs
  .readFileSync(path.join(ROOT, ".vscodeignore"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("!examples/diabetes/"))
  .map((line) => line.slice("!examples/diabetes/".length));

test("The example in the package is whole: script, sample, how to train, what it needs", () => {
  for (const file of packed) {
    assert.ok(fs.existsSync(path.join(EXAMPLE, file)), file);
  }
  const readme = fs.readFileSync(path.join(EXAMPLE, "README.md"), "utf8");
  for (const file of ["score.py", "sample-request.json", "train.py", "requirements.in"]) {
    assert.ok(packed.includes(file) && readme.includes(`\`${file}\``), file);
  }
});

test("The button Set Up starts a task that the example has, and its steps are those of the README", () => {
  const source = fs.readFileSync(
    path.join(ROOT, "extension", "gettingStarted", "openExample.ts"),
    "utf8",
  );
  const label = /SETUP_TASK = "(.*)"/.exec(source)?.[1] ?? "";
  const file = path.join(EXAMPLE, ".vscode", "tasks.json");
  const { tasks } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    tasks: { label: string; args: string[]; dependsOn?: string[] }[];
  };
  const last = tasks.find((task) => task.label === label);
  assert.ok(last, label);
  const readme = fs.readFileSync(path.join(EXAMPLE, "README.md"), "utf8");
  assert.ok(readme.includes(`*${label}*`));
  for (const name of [...(last.dependsOn ?? []), label]) {
    const { args } = tasks.find((task) => task.label === name) ?? { args: ["missing"] };
    assert.ok(readme.includes(args.join(" ")), name);
  }
});
