import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import * as zlib from "node:zlib";
import { parseHttpFile } from "../../extension/scoring/httpFile/parseHttpFile";
import type { Answer } from "../../extension/scoring/sending/answer";
import { resolveRequest } from "../../extension/scoring/sending/resolve";
import type { ResolvedRequest } from "../../extension/scoring/sending/resolvedRequest";
import { send } from "../../extension/scoring/sending/send";
import { recordingServer } from "./recordingServer";
import { temporaryFolder } from "./temporary";

const NEVER = new AbortController().signal;

function post(url: string, text: string, more: Partial<ResolvedRequest> = {}): ResolvedRequest {
  const headers = [{ name: "Content-Type", value: "application/json" }];
  return { method: "POST", url: new URL(url), headers, body: [{ kind: "text", text }], ...more };
}

function isAnswer(outcome: Awaited<ReturnType<typeof send>>): asserts outcome is Answer {
  assert.ok("status" in outcome, JSON.stringify(outcome));
}

test("method, query, headers and bytes arrive, and the whole answer comes back", async (t) => {
  const server = await recordingServer(t, (response) => {
    response.writeHead(404, "Not There", { "X-Two": ["a", "b"] });
    response.write("par");
    setImmediate(() => response.end("ts"));
  });
  const headers = [
    { name: "X-Twice", value: "1" },
    { name: "X-Twice", value: "2" },
  ];
  const outcome = await send(post(`${server.url}/score?q=1`, "é\n", { headers }), NEVER);
  isAnswer(outcome);
  assert.deepEqual([outcome.status, outcome.statusText], [404, "Not There"]);
  assert.equal(Buffer.from(outcome.body).toString(), "parts");
  assert.deepEqual(
    outcome.headers.filter(({ name }) => name === "X-Two").map(({ value }) => value),
    ["a", "b"],
  );
  const [request] = server.requests;
  assert.deepEqual([request?.method, request?.url], ["POST", "/score?q=1"]);
  assert.equal(request?.headers["x-twice"], "1, 2");
  assert.equal(request?.body.toString(), "é\n");
});

test("a compressed answer is shown as what it says", async (t) => {
  const server = await recordingServer(t, (response) => {
    response.writeHead(200, { "Content-Encoding": "gzip" }).end(zlib.gzipSync("plain"));
  });
  const outcome = await send(post(server.url, ""), NEVER);
  isAnswer(outcome);
  assert.equal(Buffer.from(outcome.body).toString(), "plain");
});

test("cancelling ends the connection of a request that waits", async (t) => {
  const cancel = new AbortController();
  const ended = new Promise<void>((resolve) => {
    void recordingServer(t, (response) => {
      response.on("close", resolve);
      cancel.abort();
    }).then(async ({ url }) => {
      assert.deepEqual(await send(post(url, "1"), cancel.signal), { kind: "cancelled" });
    });
  });
  await ended;
});

test("a server that ends before or within its answer is told apart from one that is not there", async (t) => {
  const before = await recordingServer(t, (response) => response.destroy());
  assert.deepEqual(await send(post(before.url, "1"), NEVER), { kind: "ended", received: 0 });
  const within = await recordingServer(t, (response) => {
    response.writeHead(200, { "Content-Length": "100" });
    response.write("abc", () => response.destroy());
  });
  const outcome = await send(post(within.url, "1"), NEVER);
  assert.ok("kind" in outcome && outcome.kind === "ended", JSON.stringify(outcome));
  before.close();
  assert.deepEqual(await send(post(before.url, "1"), NEVER), { kind: "refused" });
});

test("a header that HTTP does not allow is a reason, not an exception", async (t) => {
  const { url } = await recordingServer(t);
  const outcome = await send(post(url, "", { headers: [{ name: "X", value: "a\nb" }] }), NEVER);
  assert.ok("kind" in outcome && outcome.kind === "failed", JSON.stringify(outcome));
});

test("files of a body are read beside the request file, and give its type", async (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, "image.png"), Buffer.from([0x89, 0x50]));
  fs.writeFileSync(path.join(folder, "data.json"), '{"v": {{v}}}');
  const file = parseHttpFile("@v = 7\nPOST /a\n\n< image.png\n###\nPOST /b\n\n<@ data.json\n");
  const read = (name: string) => fs.promises.readFile(name);
  const resolved = await Promise.all(
    file.requests.map((request) =>
      resolveRequest(request, new URL("http://localhost/"), {
        ...{ folder, variables: file.variables, read },
      }),
    ),
  );
  assert.deepEqual(resolved[0]?.headers, [{ name: "Content-Type", value: "image/png" }]);
  assert.deepEqual(resolved[1]?.body, [{ kind: "text", text: '{"v": 7}' }]);
  assert.deepEqual(resolved[1]?.headers, [{ name: "Content-Type", value: "application/json" }]);
});
