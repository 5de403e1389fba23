import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHttpFile } from "../../extension/scoring/httpFile/parseHttpFile";
import type { RequestDescription } from "../../extension/scoring/httpFile/requestDescription";
import { isLoopback, targetOf } from "../../extension/scoring/sending/target";

function only(text: string): RequestDescription {
  const { requests } = parseHttpFile(text);
  assert.equal(requests.length, 1, JSON.stringify(requests));
  return requests[0] as RequestDescription;
}

test("a request is its line, headers, and everything after the blank line", () => {
  const request = only(
    'POST /score HTTP/1.1\nContent-Type: application/json\nX-Colon: a: b\n\n{\n\n  "a": 1\n}\n\n',
  );
  assert.equal(request.method, "POST");
  assert.equal(request.target, "/score");
  assert.deepEqual(request.headers, [
    { name: "Content-Type", value: "application/json" },
    { name: "X-Colon", value: "a: b" },
  ]);
  assert.deepEqual(request.body, [{ kind: "text", text: '{\n\n  "a": 1\n}' }]);
  assert.equal(request.problem, undefined);
});

test("several requests in a file keep their names, lines and bodies apart", () => {
  const text = [
    "# A file about one script",
    "@path = /score",
    "",
    "### first",
    "POST {{path}}",
    "",
    "1",
    "### ",
    "// @name second",
    "get /swagger.json",
    "###",
    "# nothing here",
    "####",
    "/",
  ].join("\r\n");
  const { requests } = parseHttpFile(text);
  assert.deepEqual(
    requests.map(({ name, line, method, target }) => [name, line, method, target]),
    [
      ["first", 4, "POST", "/score"],
      ["second", 9, "GET", "/swagger.json"],
      [undefined, 13, "GET", "/"],
    ],
  );
  assert.deepEqual(requests[0]?.body, [{ kind: "text", text: "1" }]);
  assert.deepEqual(requests[1]?.body, []);
});

test("a query may go on in lines of its own", () => {
  const request = only("GET /score\n    ?a=1\n    &b=2 \nAccept: */*\n");
  assert.equal(request.target, "/score?a=1&b=2");
  assert.deepEqual(request.headers, [{ name: "Accept", value: "*/*" }]);
});

test("comments are left out of the head but belong to the body", () => {
  const request = only(
    "# one\n// two\n\nPOST /score\n# X-Off: 1\n// note\nX-On: 1\n\n# a comment in CSV\n1,2\n",
  );
  assert.deepEqual(request.headers, [{ name: "X-On", value: "1" }]);
  assert.deepEqual(request.body, [{ kind: "text", text: "# a comment in CSV\n1,2" }]);
});

test("a body from a file is that file, and XML is no file", () => {
  assert.deepEqual(only("POST /score\n\n< ./my image.png\n").body, [
    { kind: "file", path: "./my image.png", hasVariables: false },
  ]);
  assert.deepEqual(only("@n = a\nPOST /score\n\n<@ ./{{n}}.json\n").body, [
    { kind: "file", path: "./a.json", hasVariables: true },
  ]);
  const xml = "<a>\n  <b/>\n</a>";
  assert.deepEqual(only(`POST /score\n\n${xml}`).body, [{ kind: "text", text: xml }]);
});

test("a multipart body has the line ends and files that a server expects", () => {
  const request = only(
    [
      "POST /score",
      "Content-Type: multipart/form-data; boundary=b",
      "",
      "--b",
      'Content-Disposition: form-data; name="f"; filename="a.png"',
      "",
      "< a.png",
      "--b--",
      "",
    ].join("\n"),
  );
  assert.deepEqual(request.body, [
    {
      kind: "text",
      text: '--b\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n',
    },
    { kind: "file", path: "a.png", hasVariables: false },
    { kind: "text", text: "\r\n--b--" },
  ]);
});

test("the lines of a form become one", () => {
  const request = only(
    "POST /score\nContent-Type: application/x-www-form-urlencoded\n\na=1\n&b=2\n",
  );
  assert.deepEqual(request.body, [{ kind: "text", text: "a=1&b=2" }]);
});

test("variables may use others, and one that nothing defines is told with its line", () => {
  const request = only("@host = http://localhost:{{port}}\n@port = 5001\n\nGET {{host}}/score\n");
  assert.equal(request.target, "http://localhost:5001/score");
  const wrong = only("GET /score\nX: {{token}}\n");
  assert.equal(wrong.problem?.line, 1);
  assert.match(wrong.problem?.message ?? "", /variable token/);
  // Itself is no value.
  assert.match(only("@a = {{a}}\nGET /{{a}}").problem?.message ?? "", /variable a is/);
});

test("double braces in a body that nothing defines are sent as they are", () => {
  const request = only('@who = you\nPOST /score\n\n{"t": "{{ name }} {{who}}"}');
  assert.deepEqual(request.body, [{ kind: "text", text: '{"t": "{{ name }} you"}' }]);
  assert.equal(request.problem, undefined);
});

test("each request gets a new {{$guid}}", () => {
  const [first, second] = parseHttpFile("GET /{{$guid}}\n###\nGET /{{$guid}}").requests;
  assert.match(first?.target ?? "", /^\/[\da-f-]{36}$/);
  assert.notEqual(first?.target, second?.target);
});

test("a forgotten blank line before the body is told", () => {
  const request = only('POST /score\nContent-Type: application/json\n{"a": 1}\n');
  assert.equal(request.problem?.line, 2);
});

test("scripts for the answer, which other clients run, are not sent", () => {
  const request = only("POST /score\n\n1\n\n> {%\n client.log('x');\n%}\n<> old.json\n");
  assert.deepEqual(request.body, [{ kind: "text", text: "1" }]);
});

test("a path goes to the script's server, an address where it says", () => {
  const kinds = (target: string, host?: string) => {
    const found = targetOf(target, host === undefined ? [] : [{ name: "Host", value: host }]);
    return found.kind === "address"
      ? found.url.href
      : found.kind === "script"
        ? found.path
        : "wrong";
  };
  assert.equal(kinds("/score?a=1"), "/score?a=1");
  assert.equal(kinds("score"), "/score");
  assert.equal(kinds("http://example.com/x"), "http://example.com/x");
  assert.equal(kinds("localhost:5001/score"), "http://localhost:5001/score");
  assert.equal(kinds("example.com/score"), "http://example.com/score");
  assert.equal(kinds("swagger.json"), "http://swagger.json/");
  assert.equal(kinds("/score", "example.com"), "http://example.com/score");
  assert.equal(kinds("ftp://example.com"), "wrong");
});

test("only this machine's own addresses need no question", () => {
  const loopback = (url: string) => isLoopback(new URL(url));
  for (const url of [
    "http://localhost:1",
    "http://127.0.0.9/",
    "http://[::1]:5/",
    "http://127.1",
  ]) {
    assert.ok(loopback(url), url);
  }
  for (const url of [
    "http://localhost.example.com",
    "http://10.0.0.1",
    "http://127.0.0.1.evil.io",
  ]) {
    assert.ok(!loopback(url), url);
  }
});
