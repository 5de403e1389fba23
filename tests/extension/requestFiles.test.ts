import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { loadRequest, nameOf } from "../../extension/scoring/requestFiles/loadRequest";
import {
  answerName,
  isRequestFile,
  keyOf,
  scriptsFor,
} from "../../extension/scoring/requestFiles/requestRef";
import { type SampleRequest, sampleFile } from "../../extension/scoring/requestFiles/sampleFile";

const at = (...parts: string[]): string => path.resolve(path.sep, "w", ...parts);

test("samples are told from the other files of a project", () => {
  for (const name of [
    ["sample-request.json"],
    ["sample_request_2.json"],
    ["requests", "a.json"],
    ["requests", "cat.PNG"],
    ["api.http"],
    ["x", "api.rest"],
  ]) {
    assert.ok(isRequestFile(at(...name)), name.join("/"));
  }
  for (const name of [["package.json"], ["requests", "models.py"], ["requests.json"], ["a.png"]]) {
    assert.ok(!isRequestFile(at(...name)), name.join("/"));
  }
});

test("a sample belongs to the script beside it, or to that of the nearest folder around it", () => {
  const [one, two, inner] = [at("a", "score.py"), at("b", "score.py"), at("a", "in", "score.py")];
  const scripts = [one, two, inner];
  assert.deepEqual(scriptsFor(at("a", "sample-request.json"), scripts), [one]);
  assert.deepEqual(scriptsFor(at("a", "requests", "x.json"), scripts), [one]);
  assert.deepEqual(scriptsFor(at("a", "in", "requests", "x.json"), scripts), [inner]);
  // A folder of samples for all.
  assert.deepEqual(scriptsFor(at("requests", "x.json"), scripts), scripts);
  assert.deepEqual(scriptsFor(at("x.http"), []), []);
});

const SAMPLE: SampleRequest = {
  ...{ method: "POST", contentType: "application/json", body: '{"data": [1]}' },
  ...{ query: null, source: "schema", isRaw: false },
};

test("a new sample is a body where that is enough, and further ones get names of their own", () => {
  assert.deepEqual(sampleFile(SAMPLE, "score.py", 1, undefined), {
    name: "sample-request.json",
    text: '{"data": [1]}\n',
  });
  assert.equal(sampleFile(SAMPLE, "score.py", 3, undefined).name, "requests/score-3.json");
  assert.equal(sampleFile(undefined, "score.py", 1, undefined).text, "{}\n");
});

test("a new sample for a query or a file is an .http file that says the same", async () => {
  const load = async (text: string) =>
    (await loadRequest({ file: "x.http", index: 0 }, async () => Buffer.from(text)))?.description;
  const query = sampleFile(
    { ...SAMPLE, method: "GET", body: "", query: "a=1" },
    "score.py",
    1,
    undefined,
  );
  assert.equal(query.name, "sample-request.http");
  const asked = await load(query.text);
  assert.deepEqual([asked?.method, asked?.target, asked?.body], ["GET", "/score?a=1", []]);
  const image = sampleFile({ ...SAMPLE, body: null, isRaw: true }, "score.py", 2, "img/a b.png");
  assert.equal(image.name, "requests/score-2.http");
  const posted = await load(image.text);
  assert.deepEqual(posted?.headers, [{ name: "Content-Type", value: "image/png" }]);
  assert.deepEqual(posted?.body, [{ kind: "file", path: "../img/a b.png", hasVariables: false }]);
  assert.ok(posted && nameOf({ file: "x.http", index: 0 }, posted) === "score");
});

test("an .http file that lost a request is noticed", async () => {
  const read = async () => Buffer.from("GET /\n");
  assert.equal(await loadRequest({ file: "a.http", index: 1 }, read), undefined);
});

test("the name of an answer's editor can be the name of a file", () => {
  assert.equal(answerName("sample-request.json", "json"), "sample-request.answer.json");
  assert.match(answerName("POST /score?a=1", "txt"), /^POST -score-a=1\.answer\.txt$/);
});

test("requests of one file are told apart", () => {
  assert.notEqual(keyOf({ file: "a", index: 0 }), keyOf({ file: "a", index: 1 }));
});
