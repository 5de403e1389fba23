import assert from "node:assert/strict";
import { test } from "node:test";
import { issueReport } from "../../extension/logs/issueReport";
import { type EndedLog, outdated } from "../../extension/logs/retention";

const FACTS = {
  versions: { Extension: "0.1.0", Python: "Python 3.12.1 (/home/anna/env/bin/python)" },
  settings: { "azmlinfsrv.modelDir": "/home/anna/models", "azmlinfsrv.lint.ignore": ["AML101"] },
  logs: [
    { name: "Extension", lines: ["started", "```", "api_key=s3cr3t-v4lue"] },
    { name: "Server", lines: [] },
  ],
  home: "/home/anna",
};

test("an issue's report tells versions, settings and last lines, and neither secrets nor the user", () => {
  const report = issueReport(FACTS);
  assert.match(report, /\| Extension \| 0\.1\.0 \|/);
  assert.match(report, /\(~\/env\/bin\/python\)/);
  assert.match(report, /"azmlinfsrv\.modelDir": "~\/models"/);
  assert.match(report, /"azmlinfsrv\.lint\.ignore": \["AML101"\]/);
  assert.match(report, /## Server, last lines\n\nEmpty\./);
  assert.match(report, /api_key=•••/);
  assert.doesNotMatch(report, /anna|s3cr3t/);
});

test("what a log says cannot end its block in the report", () => {
  assert.match(issueReport(FACTS), /\n````text\nstarted\n```\n.*\n````\n/);
});

test("a report holds the last lines of a long log, and says when no setting differs", () => {
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}.`);
  const report = issueReport({ ...FACTS, settings: {}, logs: [{ name: "Log", lines }] });
  assert.match(report, /line 499\./);
  assert.doesNotMatch(report, /line 439\./);
  assert.match(report, /defaults\n\nNone\./);
});

test("a log goes a while after its server, that of a failed one later, and never while it is read", () => {
  const minute = 60_000;
  const log = (ended: number | undefined, more: Partial<EndedLog> = {}): EndedLog => ({
    ...{ ended, hasFailed: false, isShown: false },
    ...more,
  });
  const running = log(undefined);
  const justEnded = log(55 * minute);
  const old = log(49 * minute);
  const failed = log(5 * minute, { hasFailed: true });
  const read = log(0, { isShown: true });
  const all = [running, justEnded, old, failed, read];
  assert.deepEqual(outdated(all, 60 * minute), [old]);
  assert.deepEqual(outdated(all, 65 * minute), [justEnded, old, failed]);
  const many = Array.from({ length: 10 }, (_, index) => log(index));
  assert.deepEqual(
    outdated(many, 10).map(({ ended }) => ended),
    [1, 0],
  );
});
