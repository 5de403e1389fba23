import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import {
  existingFiles,
  scriptMaker,
  type Template,
  templateItem,
} from "../../extension/gettingStarted/templates";

const TEMPLATE: Template = {
  name: "numpy",
  title: "NumPy array",
  summary: "Score arrays.",
  needs: ["numpy"],
  files: ["score.py", "model/model.json"],
};

test("A list of templates tells what each needs", () => {
  const { label, description, detail } = templateItem(TEMPLATE);
  assert.deepEqual([label, description, detail], ["NumPy array", "needs numpy", "Score arrays."]);
  assert.equal(templateItem({ ...TEMPLATE, needs: [] }).description, "");
});

test("Files that would be overwritten are found before anything is written", async () => {
  const folder = path.resolve("/project");
  const there = path.join(folder, "model/model.json");
  const found = await existingFiles(TEMPLATE, folder, (file) => Promise.resolve(file === there));
  assert.deepEqual(found, ["model/model.json"]);
});

test("The script is written by azmlinfsrv, and its problem is told", async () => {
  const asked: (readonly string[])[] = [];
  const maker = scriptMaker(<T>(words: readonly string[]) => {
    asked.push(words);
    return Promise.resolve({ written: ["/project/score.py"] } as T);
  });
  assert.deepEqual(await maker.write("numpy", "/project"), ["/project/score.py"]);
  assert.deepEqual(asked, [["new", "--template", "numpy", "--force", "--json", "/project"]]);

  const problem = { message: "There is no Python.", actions: [] };
  const failing = scriptMaker(() => Promise.resolve(problem));
  assert.deepEqual(await failing.write("numpy", "/project"), problem);
  assert.deepEqual(await failing.templates(undefined), problem);
});
