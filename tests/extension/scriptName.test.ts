import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { isOwnScript } from "../../extension/common/ownScript";
import { scriptName } from "../../extension/common/scriptName";

const HOME = path.resolve("/home/me");
const one = path.join(HOME, "one");
const two = path.join(HOME, "two");

test("Scripts of one name are told apart by their folder", () => {
  const names = ["a", "b"].map((folder) => scriptName(path.join(one, folder, "score.py"), [one]));
  assert.deepEqual(names, ["a/score.py", "b/score.py"]);
  const roots = [one, two].map((root) => scriptName(path.join(root, "score.py"), [one, two]));
  assert.deepEqual(roots, ["one/score.py", "two/score.py"]);
});

test("The script in the folder of the window is called as its file", () => {
  assert.equal(scriptName(path.join(one, "score.py"), [one]), "score.py");
  assert.equal(scriptName(path.join(one, "score.py"), [`${one}${path.sep}`]), "score.py");
  assert.equal(scriptName(path.join(one, "score.py"), []), "score.py");
  assert.equal(scriptName(path.resolve("/score.py"), [one]), "score.py");
});

test("Files of libraries are not looked at for each entry script that may come", () => {
  const files = ["score.py", "src/score.py", "environment/score.py", "venv.py", "a\\score.py"];
  assert.deepEqual(files.filter(isOwnScript), files);
  const others = [
    ...[".venv/lib/a.py", "src/.tox/a.py", "venv/lib/a.py", "env/a.py", "a/node_modules/b.py"],
    "x\\venv\\Lib\\site-packages\\a.py",
  ];
  assert.deepEqual(others.filter(isOwnScript), []);
});
