import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { pageState, withColours } from "../../extension/apiPage/pageState";
import { subjectOf } from "../../extension/apiPage/subject";

const URI = { scheme: "file", fsPath: "/w/score.py", toString: () => "file:///w/score.py" };

test("The page of what was clicked is opened: an item's server, a lens's or an editor's script", () => {
  const server = { pid: 7, url: "http://127.0.0.1:5001" };
  assert.deepEqual(subjectOf({ server, label: "score.py" }), { kind: "server", server });
  assert.deepEqual(subjectOf(7), { kind: "process", pid: 7 });
  assert.deepEqual(subjectOf("file:///w/score.py"), { kind: "script", uri: "file:///w/score.py" });
  assert.deepEqual(subjectOf(URI), { kind: "script", uri: "file:///w/score.py" });
  for (const nothing of [undefined, null, {}, { server: undefined }]) {
    assert.deepEqual(subjectOf(nothing), { kind: "unsaid" });
  }
});

test("The colours of the editor come beside what an address needs to be reached", () => {
  assert.equal(withColours("", "dark"), "colours=dark");
  assert.equal(withColours("tkn=1&a=b", "light"), "tkn=1&a=b&colours=light");
});

test("A server without a page is told apart from one with it and from one that is gone", async () => {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(asked.length === 1 ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(await pageState(url), "there");
  assert.equal(await pageState(url), "absent");
  assert.deepEqual(asked, ["HEAD /docs", "HEAD /docs"]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await pageState(url), "unreachable");
});
