import assert from "node:assert/strict";
import { test } from "node:test";
import { hexDump } from "../../extension/scoring/answers/hexDump";
import { extensionOf, present } from "../../extension/scoring/answers/presentation";
import { prettyJson } from "../../extension/scoring/answers/prettyJson";
import {
  type Answer,
  duration,
  runMilliseconds,
  size,
} from "../../extension/scoring/sending/answer";

function answer(contentType: string, body: string | Uint8Array): Answer {
  return {
    ...{ status: 200, statusText: "OK", milliseconds: 1 },
    headers: [{ name: "Content-Type", value: contentType }],
    body: typeof body === "string" ? Buffer.from(body) : body,
  };
}

test("numbers keep their digits and keys their order", () => {
  const text = '{"b":12345678901234567890,"a":1.0,"a":1e5,"n":NaN}';
  assert.equal(prettyJson(text), '{ "b": 12345678901234567890, "a": 1.0, "a": 1e5, "n": NaN }');
});

test("a matrix looks like one", () => {
  assert.equal(prettyJson("[[1,2],[3,4]]"), "[\n  [1, 2],\n  [3, 4]\n]");
});

test("what is long or nested is broken into lines that fold", () => {
  const long = "x".repeat(90);
  assert.equal(
    prettyJson(`{"message":"${long}","line":12,"inner":{"a":[]},"e":{}}`),
    `{\n  "message": "${long}",\n  "line": 12,\n  "inner": {\n    "a": []\n  },\n  "e": {}\n}`,
  );
});

test("laying out changes no value, whatever the shape", () => {
  const value = { a: [[], {}, [1, [2, [{ b: null, c: "]}{[,:" }]]], { d: { e: [true] } }] };
  assert.deepEqual(JSON.parse(prettyJson(JSON.stringify(value))), value);
});

test("a text that is no JSON is not lost", () => {
  assert.equal(prettyJson("oops"), "oops");
  assert.equal(prettyJson('[1, {"a"'), '[\n  1,\n  {\n    "a"');
});

test("a megabyte is laid out in a moment", () => {
  const rows = Array.from({ length: 20_000 }, () => Array.from({ length: 10 }, () => 0.123456));
  const started = performance.now();
  prettyJson(JSON.stringify(rows));
  assert.ok(performance.now() - started < 3_000);
});

test("the body decides the editor", () => {
  const shown = (type: string, body: string | Uint8Array) => {
    const found = present(answer(type, body));
    return found.kind === "image" ? found : [found.extension, found.text, found.note];
  };
  assert.deepEqual(shown("application/json", "[1]"), ["json", "[1]", undefined]);
  assert.deepEqual(shown("application/problem+json; charset=utf-8", "{}"), [
    "json",
    "{}",
    undefined,
  ]);
  assert.deepEqual(shown("text/html; charset=utf-8", "<b>"), ["html", "<b>", undefined]);
  assert.deepEqual(shown("application/octet-stream", "plain"), ["txt", "plain", undefined]);
  assert.deepEqual(shown("application/json", ""), ["txt", "", undefined]);
  const [extension, dump] = shown("application/json", Buffer.from([0, 255])) as string[];
  assert.equal(extension, "hex.txt");
  assert.match(dump ?? "", /^00000000 {2}00 ff/);
});

test("an image is shown as one, also when the script does not say so", () => {
  const png = Buffer.from("89504e470d0a1a0a0000", "hex");
  assert.deepEqual(present(answer("application/octet-stream", png)), {
    kind: "image",
    extension: "png",
  });
  assert.equal(extensionOf(answer("", png)), "png");
});

test("of a body that would freeze the editor the beginning is shown, and how much that is", () => {
  const limits = { whole: 1_000, head: 100, hex: 32 };
  const text = present(answer("application/json", `"${"x".repeat(2_000)}"`), limits);
  assert.ok(text.kind === "text" && text.text.length === 100);
  assert.equal(text.note, "the first 100 B of 2.0 kB");
  assert.equal(text.extension, "txt");
  // Laid out as well, although it is cut off somewhere.
  const rows = present(answer("application/json", JSON.stringify(Array(99).fill([1, 2]))), {
    ...{ whole: 100, head: 20, hex: 1 },
  });
  assert.ok(rows.kind === "text" && rows.text.startsWith("[\n  [1, 2],\n"));
  const binary = present(answer("application/octet-stream", new Uint8Array(3_000)), limits);
  assert.ok(binary.kind === "text");
  assert.equal(binary.note, "the first 32 B of 3.0 kB");
  assert.equal(binary.text.split("\n").length, 2);
});

test("bytes are shown with their characters", () => {
  assert.equal(
    hexDump(Buffer.from("0123456789abcdef\n~")),
    "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n" +
      "00000010  0a 7e                                             .~",
  );
});

test("durations and sizes are told in the unit that fits", () => {
  assert.deepEqual([0.31, 12.4, 9_999, 61_000].map(duration), [
    "0.3 ms",
    "12 ms",
    "9999 ms",
    "61.0 s",
  ]);
  assert.deepEqual([0, 999, 1_500, 2_000_000].map(size), ["0 B", "999 B", "1.5 kB", "2.0 MB"]);
  const headers = [{ name: "X-MS-Run-Fn-Exec-Ms", value: "0.033" }];
  assert.equal(runMilliseconds({ ...answer("", ""), headers }), 0.033);
  assert.equal(runMilliseconds(answer("", "")), undefined);
});
