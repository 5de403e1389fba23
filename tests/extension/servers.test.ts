import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionReport } from "../../extension/common/sessionReport";
import { bytes, duration, elapsed } from "../../extension/servers/figureTexts";
import { afterReport, type LaunchedServer } from "../../extension/servers/launchedServers";
import { details, loadingText, portText, rowTexts } from "../../extension/servers/rowTexts";
import { mergeServers, type WindowSessions } from "../../extension/servers/serverEntry";
import { asLastSeen, type ServerRow, urlOf } from "../../extension/servers/serverRow";

const NOW = Date.parse("2026-01-01T00:01:00Z");

const ROW: ServerRow = {
  pid: 10,
  port: 5001,
  host: "127.0.0.1",
  entry_script: "/work/score.py",
  model_dir: "/work/model",
  python: "/usr/bin/python3",
  version: "1.0",
  started: "2026-01-01T00:00:00+00:00",
  workers: [11, 12],
  is_debuggee: false,
  is_attached: false,
  log_file: null,
  state: "ready",
  running: 0,
  busy_since: null,
  requests: 0,
  failures: 0,
  p50_ms: null,
  p99_ms: null,
  memory_bytes: null,
  loaded: "2026-01-01T00:00:02+00:00",
  loading_since: null,
  init_seconds: 1.5,
  bytes_read: null,
};

const ABOUT = { sessionId: "s", entryScript: "/work/score.py" };
const NOTHING: WindowSessions = {
  launched: [],
  attached: new Map(),
  paused: new Set(),
  stopping: new Set(),
};

/** What is left of some reports. */
function reported(...reports: readonly SessionReport[]): readonly LaunchedServer[] {
  return reports.reduce<readonly LaunchedServer[]>(
    (servers, report) => afterReport(servers, report, NOW),
    [],
  );
}

const OPENED: SessionReport = { ...ABOUT, kind: "opened" };
const LISTENING: SessionReport = {
  ...ABOUT,
  kind: "listening",
  url: "http://127.0.0.1:5001",
  pid: 10,
};
const READY: SessionReport = { ...ABOUT, kind: "ready" };
const FAILED: SessionReport = { ...ABOUT, kind: "failed", reason: "init() raised" };
const ENDED: SessionReport = { ...ABOUT, kind: "ended" };

const stateOf = (sessions: WindowSessions, rows: readonly ServerRow[] = []) =>
  mergeServers(sessions, rows).map((server) => server.state);

test("a server of this window is listed from the moment it can be reached until it ends", () => {
  const states = (...reports: SessionReport[]) =>
    stateOf({ ...NOTHING, launched: reported(...reports) });
  assert.deepEqual(states(OPENED), []);
  assert.deepEqual(states(OPENED, LISTENING), ["starting"]);
  assert.deepEqual(states(OPENED, LISTENING, READY), ["ready"]);
  assert.deepEqual(states(OPENED, LISTENING, READY, ENDED), []);
});

test("a script that cannot be served stays listed until it is started again", () => {
  const failed = reported(OPENED, LISTENING, FAILED, ENDED);
  const [server] = mergeServers({ ...NOTHING, launched: failed }, []);
  assert.equal(server?.state, "failed");
  assert.equal(server?.reason, "init() raised");
  const again = afterReport(failed, { ...OPENED, sessionId: "t" }, NOW);
  assert.deepEqual(
    again.map(({ sessionId, state }) => [sessionId, state]),
    [["t", "starting"]],
  );
  const other = afterReport(failed, { ...OPENED, sessionId: "t", entryScript: "/o.py" }, NOW);
  assert.equal(other.length, 2);
});

test("a server of this window is listed once, with its figures", () => {
  const launched = reported(OPENED, LISTENING, READY);
  const found = mergeServers({ ...NOTHING, launched }, [{ ...ROW, state: "busy" }]);
  assert.deepEqual(
    found.map(({ pid, state, isLaunched, row }) => [pid, state, isLaunched, row?.state]),
    [[10, "busy", true, "busy"]],
  );
});

test("what a session reports counts before the figures, which come a moment later", () => {
  const launched = reported(OPENED, LISTENING, READY);
  assert.deepEqual(stateOf({ ...NOTHING, launched }, [{ ...ROW, state: "starting" }]), ["ready"]);
});

test("a server at a breakpoint is paused, whoever has started it", () => {
  const paused = new Set(["s"]);
  const launched = reported(OPENED, LISTENING, READY);
  assert.deepEqual(stateOf({ ...NOTHING, launched, paused }), ["paused"]);
  const attached = new Map([[10, "s"]]);
  assert.deepEqual(stateOf({ ...NOTHING, attached, paused }, [{ ...ROW, state: "busy" }]), [
    "paused",
  ]);
});

test("a server that has been told to end says so, though it has no worker any more", () => {
  const [server] = mergeServers({ ...NOTHING, stopping: new Set([10]) }, [
    { ...ROW, state: "starting", workers: [] },
  ]);
  assert.ok(server);
  assert.match(rowTexts(server).description, /^stopping/);
});

test("what is known of a server that nobody looks at any more is not said to be of now", () => {
  const row = { ...ROW, state: "busy", running: 1, busy_since: ROW.started } as const;
  assert.deepEqual(asLastSeen(row), ROW);
});

test("servers of this window come before those of terminals, the attached ones first", () => {
  const launched = reported(
    { ...OPENED, sessionId: "l" },
    { ...LISTENING, sessionId: "l", pid: 1 },
  );
  const rows = [2, 3, 4].map((pid) => ({ ...ROW, pid }));
  const found = mergeServers({ ...NOTHING, launched, attached: new Map([[3, "a"]]) }, rows);
  assert.deepEqual(
    found.map(({ pid }) => pid),
    [1, 3, 2, 4],
  );
});

test("a server for every network is reached on this machine", () => {
  assert.equal(urlOf({ host: "0.0.0.0", port: 1 }), "http://127.0.0.1:1");
  assert.equal(urlOf({ host: "::", port: 1 }), "http://[::1]:1");
  assert.equal(urlOf({ host: "10.0.0.1", port: 1 }), "http://10.0.0.1:1");
});

test("a row tells state and figures, and says them in words", () => {
  const row = { ...ROW, requests: 3, failures: 1, p50_ms: 0.42, p99_ms: 1234, memory_bytes: 5e8 };
  const [server] = mergeServers(NOTHING, [row]);
  assert.ok(server);
  const texts = rowTexts(server);
  assert.equal(texts.label, "score.py :5001");
  assert.equal(texts.description, "ready · 3 requests, 1 failed · p50 0.42 ms, p99 1.2 s · 477 MB");
  assert.match(texts.spoken, /^score.py on port 5001, ready, 3 requests/);
  assert.equal(portText(server), ":5001");
});

test("what nobody knows is left out", () => {
  const [server] = mergeServers(NOTHING, [ROW]);
  assert.ok(server);
  assert.equal(rowTexts(server).description, "ready · 0 requests");
  const names = details(server, NOW, (file) => file).map(([name]) => name);
  assert.ok(!names.includes("Memory"));
  assert.ok(!names.includes("p50 / p99"));
  assert.ok(names.includes("Model folder"));
});

test("the tooltip tells why a server of a terminal cannot be restarted", () => {
  const [server] = mergeServers(NOTHING, [ROW]);
  assert.ok(server);
  const told = new Map(details(server, NOW, (file) => file));
  assert.match(told.get("Started") ?? "", /^1 min 0 s ago, elsewhere \(it cannot be restarted/);
  assert.equal(told.get("Processes"), "10, workers 11, 12");
});

test("a start that takes long tells for how long init() has been running and what it has read", () => {
  const loading = { ...ROW, loading_since: "2026-01-01T00:00:15Z", bytes_read: 350 << 20 };
  assert.equal(loadingText(NOW - 50_000, NOW, loading), "init() runs for 45 s, 350 MB read");
  assert.equal(loadingText(NOW - 3_000, NOW, undefined), "3 s");
});

test("figures keep two or three digits, whatever their size", () => {
  assert.deepEqual([0.0512, 9.99, 12.34, 123.4, 999, 1000, 65_000].map(duration), [
    "0.051 ms",
    "10 ms",
    "12 ms",
    "123 ms",
    "999 ms",
    "1 s",
    "65 s",
  ]);
  assert.deepEqual([0, 999, 1024, 1.5e6, 5e9].map(bytes), [
    "0 bytes",
    "999 bytes",
    "1 kB",
    "1.4 MB",
    "4.7 GB",
  ]);
  assert.deepEqual([900, 61_000, 3_660_000].map(elapsed), ["0 s", "1 min 1 s", "1 h 1 min"]);
});
