import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { cleanLine, LineAssembler, shortened } from "../../extension/logs/cleanLines";
import { LineRing } from "../../extension/logs/lineRing";
import { LogFileFollower } from "../../extension/logs/logFileFollower";
import { parseLine, readableLines, requestIdOf } from "../../extension/logs/logLine";
import { linksOf } from "../../extension/logs/logLinks";
import { linesOfRequest } from "../../extension/logs/requestLines";
import { until } from "./poll";
import { temporaryFolder } from "./temporary";

const ID = "3f1c9a52-8d2b-4c43-9a55-0b1f7c2f8e11";
const OTHER = "7aa0e9a0-0000-4c43-9a55-0b1f7c2f8e11";
const at = (rest: string) => `2026-11-20 16:49:21,921 ${rest}`;
const TRACEBACK = [
  "Traceback (most recent call last):",
  '  File "/project/score.py", line 3, in run',
  "ValueError: no such row [0]",
];

test("a line in the published format tells its level, process, logger and message", () => {
  assert.deepEqual(parseLine(at(`W [4711] azmlinfsrv.print - one [x] ${ID}`)), {
    time: "2026-11-20 16:49:21,921",
    level: "W",
    pid: 4711,
    logger: "azmlinfsrv.print",
    message: `one [x] ${ID}`,
  });
  assert.equal(parseLine("Server Settings"), undefined);
});

test("a JSON line reads as the published format does, traceback below", () => {
  const members = {
    ...{ time: "2026-11-20T16:49:21.921345+00:00", level: "ERROR", logger: "azmlinfsrv" },
    ...{ pid: 7, message: "run() failed", request_id: ID, exception: TRACEBACK.join("\n") },
  };
  assert.deepEqual(readableLines(JSON.stringify(members)), [
    at(`E [7] azmlinfsrv - run() failed [${ID}]`),
    ...TRACEBACK,
  ]);
  const whole = { ...members, time: "2026-11-20T16:49:21+00:00", exception: undefined };
  assert.deepEqual(readableLines(JSON.stringify(whole)), [
    `2026-11-20 16:49:21,000 E [7] azmlinfsrv - run() failed [${ID}]`,
  ]);
  for (const other of ['{"a": 1}', "{broken", "text", '{"time": 1}']) {
    assert.deepEqual(readableLines(other), [other]);
  }
});

test("what ends in brackets is a request's id only where it looks like one or a request says so", () => {
  assert.equal(requestIdOf(`one row [${ID}]`), ID);
  assert.equal(requestIdOf("POST /score 200 1.250ms 3 [mine]"), "mine");
  for (const message of ["rows [1]", "shape [2, 3]", "took [fast]", "", "[]"]) {
    assert.equal(requestIdOf(message), undefined, message);
  }
});

test("a request's lines are those with its id, with tracebacks and messages of several lines", () => {
  const of = (id: string) => [
    at(`I [1] azmlinfsrv.print - scoring [${id}]`),
    at("W [1] my.model - two"),
    `lines [${id}]`,
    at(`E [1] azmlinfsrv - run() failed [${id}]`),
    ...TRACEBACK,
  ];
  const foreign = [at("I [1] root - no request"), "free text", at("I [1] azmlinfsrv - ready")];
  const log = [...foreign, ...of(OTHER), ...foreign, ...of(ID), ...foreign];
  assert.deepEqual(linesOfRequest(log, ID), of(ID));
  assert.deepEqual(linesOfRequest(log, "unknown-id"), []);
});

test("request ids and places in tracebacks are links, and nothing else is", () => {
  const line = at(`I [1] azmlinfsrv - POST /score 200 1.250ms 3 [${ID}]`);
  const [request, ...none] = linksOf(line);
  assert.deepEqual(none, []);
  assert.ok(request?.kind === "request" && request.id === ID);
  assert.equal(line.slice(request.start, request.end), ID);

  const traceback = '  File "C:\\work\\score.py", line 12, in run';
  const [place] = linksOf(traceback);
  assert.ok(place?.kind === "place");
  assert.deepEqual([place.file, place.line], ["C:\\work\\score.py", 12]);
  assert.equal(traceback.slice(place.start, place.end), 'File "C:\\work\\score.py", line 12');

  const [short] = linksOf("/project/score.py:3: RuntimeWarning: overflow");
  assert.ok(short?.kind === "place" && short.file === "/project/score.py" && short.line === 3);
  for (const text of ['File "<frozen runpy>", line 1', "at 12:30:05", "score.py", "http://a:80"]) {
    assert.deepEqual(linksOf(text), [], text);
  }
});

test("pieces of output become whole lines without colours, control characters and overwritten text", () => {
  const assembler = new LineAssembler();
  assert.deepEqual(assembler.add("one\ntw"), ["one"]);
  assert.deepEqual(assembler.add("o\r\nthree"), ["two\r"]);
  assert.deepEqual(assembler.end(), ["three"]);
  assert.deepEqual(assembler.end(), []);
  assert.equal(cleanLine("two\r"), "two");
  assert.equal(cleanLine("10 %\r20 %\r30 %"), "30 %");
  assert.equal(
    cleanLine("\u001b[31mred\u001b[0m \u0007bell\ttab \u202egnirts"),
    "red bell\ttab gnirts",
  );
  assert.equal(cleanLine("\u001b]8;;http://x\u0007link\u001b]8;;\u0007"), "link");
  assert.match(shortened("x".repeat(20_000)), /^x+ … \(3616 more characters\)$/);
});

test("a log without a line break, or with a line of a megabyte, takes neither memory nor time", () => {
  const assembler = new LineAssembler();
  for (let index = 0; index < 30; index++) {
    assembler.add("x".repeat(100_000));
  }
  assert.equal(assembler.end()[0]?.length, 1_000_000);
  const nasty = ["[".repeat(1e6), "\u001b[".repeat(5e5), "a/".repeat(5e5), 'File "'.repeat(2e5)];
  for (const line of [...nasty, `${"a".repeat(1e6)}.py`, `${at("I [1] a - ")}${" ".repeat(1e6)}`]) {
    const started = performance.now();
    const clean = cleanLine(line);
    linksOf(clean);
    requestIdOf(clean);
    readableLines(clean);
    const took = performance.now() - started;
    assert.ok(took < LIMIT_MS, `${line.slice(0, 12)}… took ${took.toFixed(0)} ms`);
  }
});
/** What is quadratic takes minutes for a megabyte. */
const LIMIT_MS = 3_000;

test("a log keeps its last lines only, by number and by size", () => {
  const few = new LineRing(3);
  for (let index = 0; index < 10; index++) {
    few.add(String(index));
  }
  assert.deepEqual(few.lines, ["7", "8", "9"]);
  const small = new LineRing(1_000, 10);
  for (const line of ["aaaa", "bbbb", "cccc"]) {
    small.add(line);
  }
  assert.deepEqual(small.lines, ["bbbb", "cccc"]);
});

test("the file of a server in a terminal is followed through its rotation to its last words", async (t) => {
  const folder = path.join(temporaryFolder(t), "4711");
  fs.mkdirSync(folder);
  const file = path.join(folder, "server.log");
  fs.writeFileSync(`${file}.1`, "oldest\n");
  fs.writeFileSync(file, "first é\n");
  let text = "";
  let isOver = false;
  const follower = new LogFileFollower(
    file,
    (piece) => {
      text += piece;
    },
    () => {
      isOver = true;
    },
  );
  t.after(() => follower.dispose());
  assert.equal(text, "oldest\nfirst é\n");
  fs.appendFileSync(file, "second\n");
  await until(() => text.endsWith("second\n"), "the second line");
  fs.appendFileSync(file, "before\n");
  fs.renameSync(file, `${file}.1`);
  follower.look();
  assert.equal(isOver, false);
  fs.writeFileSync(file, "after\n");
  await until(() => text.endsWith("before\nafter\n"), "the lines around the rotation");
  fs.appendFileSync(file, "last words\n");
  fs.rmSync(folder, { recursive: true });
  await until(() => isOver, "the end of the server");
  assert.equal(text, "oldest\nfirst é\nsecond\nbefore\nafter\nlast words\n");
});
