import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { copyable } from "../../extension/scoring/copying/copyable";
import { asCurl } from "../../extension/scoring/copying/curl";
import { asPowerShell } from "../../extension/scoring/copying/powershell";
import { asPython } from "../../extension/scoring/copying/python";
import {
  bytesOf,
  type ResolvedPart,
  type ResolvedRequest,
} from "../../extension/scoring/sending/resolvedRequest";
import { PYTHON } from "../../extension/tasks/project";
import { recordingServer } from "./recordingServer";
import { temporaryFolder } from "./temporary";

const run = promisify(execFile);

const HARD_TEXT = [
  '{"quotes": "it\'s \\"so\\" `x` $HOME %PATH% !! \\\\",',
  ' "unicode": "žluť 日本 🚀 ‘’“”",\t',
  ' "end": null}\r\n\n',
].join("\n");

function cases(folder: string): Record<string, Partial<ResolvedRequest> & { at?: string }> {
  const binary = file(
    folder,
    'it\'s "a" $x.bin',
    Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  );
  const json = { name: "Content-Type", value: "application/json" };
  return {
    "hard text": { headers: [json], body: [{ kind: "text", text: HARD_TEXT }] },
    "text that begins like a file": { headers: [json], body: [{ kind: "text", text: "@file" }] },
    "control characters": {
      headers: [json],
      body: [{ kind: "text", text: "\u0001\u00011\u001b[0m\u007f9\u0085'\\" }],
    },
    "binary file": { headers: [{ name: "Content-Type", value: "image/png" }], body: [binary] },
    multipart: {
      headers: [{ name: "Content-Type", value: 'multipart/form-data; boundary="a b"' }],
      body: [
        { kind: "text", text: '--a b\r\nContent-Disposition: form-data; name="f"\r\n\r\n' },
        binary,
        { kind: "text", text: "\r\n--a b--" },
      ],
    },
    "no body, a query with brackets": { at: "/score?a[]={1,2}&b=it's%20%22", method: "GET" },
    headers: {
      headers: [json, { name: "X-Quote", value: 'it\'s "$x" \\ `' }, { name: "X-Two", value: "1" }],
      body: [{ kind: "text", text: "1" }],
    },
    "another method": { method: "PUT", headers: [json], body: [{ kind: "text", text: "{}" }] },
  };
}

function file(folder: string, name: string, bytes: Uint8Array): ResolvedPart {
  const target = path.join(folder, name);
  fs.writeFileSync(target, bytes);
  return { kind: "file", path: target, bytes };
}

/** Run a copied command and compare what arrives with what was meant. */
async function checkAll(
  t: TestContext,
  execute: (request: ResolvedRequest, folder: string) => Promise<unknown>,
): Promise<void> {
  const folder = temporaryFolder(t);
  const server = await recordingServer(t);
  for (const [name, { at, ...parts }] of Object.entries(cases(folder))) {
    const request: ResolvedRequest = {
      ...{ method: "POST", headers: [], body: [], url: new URL(`${server.url}${at ?? "/score"}`) },
      ...parts,
    };
    await execute(request, folder);
    const arrived = server.requests.pop();
    assert.ok(arrived, `${name}: nothing arrived`);
    const { pathname, search } = request.url;
    // The Python library writes brackets as %5B, which means the same.
    const meant = [request.method, decodeURIComponent(pathname + search)];
    assert.deepEqual([arrived.method, decodeURIComponent(arrived.url)], meant, name);
    for (const header of request.headers) {
      assert.equal(arrived.headers[header.name.toLowerCase()], header.value, name);
    }
    if (request.headers.length === 0) {
      assert.equal(arrived.headers["content-type"], undefined, name);
    }
    assert.deepEqual(arrived.body, Buffer.from(bytesOf(request.body)), name);
  }
}

test(
  "the copied curl command sends the same request",
  { skip: process.platform === "win32" },
  (t) => checkAll(t, (request) => run("bash", ["-c", `${asCurl(request)} --silent --show-error`])),
);

test("the copied Python program sends the same request", (t) =>
  checkAll(t, async (request, folder) => {
    const program = path.join(folder, "program.py");
    fs.writeFileSync(program, asPython(request));
    await run(PYTHON, [program]);
  }));

test("text files go into the copied command, binary and large ones are named", () => {
  const part = (bytes: Uint8Array): ResolvedPart => ({ kind: "file", path: "/f", bytes });
  const request = { method: "POST", url: new URL("http://h/"), headers: [] };
  const kinds = copyable({
    ...request,
    body: [part(Buffer.from("é")), part(Buffer.from([0xff])), part(Buffer.alloc(30_000, "x"))],
  }).body.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["text", "file", "file"]);
});

const URL_OF_SCORE = new URL("http://127.0.0.1:5001/score");

function powerShell(request: Partial<ResolvedRequest>): string {
  return asPowerShell({ method: "POST", url: URL_OF_SCORE, headers: [], body: [], ...request });
}

test("PowerShell gets a body line by line as bytes, and its type apart from the headers", () => {
  const shown = powerShell({
    headers: [
      { name: "Content-Type", value: "application/json" },
      { name: "X-Id", value: "it's" },
    ],
    body: [{ kind: "text", text: '{\n  "a": "$x `"\n}' }],
  });
  assert.equal(
    shown,
    [
      "$body = [IO.MemoryStream]::new()",
      "$bytes = [Text.Encoding]::UTF8.GetBytes((@(",
      "  '{',",
      '  \'  "a": "$x `"\',',
      "  '}'",
      ') -join "`n"))',
      "$body.Write($bytes, 0, $bytes.Length)",
      "Invoke-WebRequest -UseBasicParsing `",
      "  -Method 'POST' `",
      "  -Uri 'http://127.0.0.1:5001/score' `",
      "  -Headers @{ 'X-Id' = 'it''s' } `",
      "  -ContentType 'application/json' `",
      "  -Body $body.ToArray()",
    ].join("\n"),
  );
});

test("PowerShell's quotes, typographic ones too, are doubled", () => {
  const text = "a'b\u2018c\u2019d\u201ae\u201bf\u201cg";
  assert.match(
    powerShell({ body: [{ kind: "text", text }] }),
    /GetBytes\('a''b\u2018\u2018c\u2019\u2019d\u201a\u201ae\u201b\u201bf\u201cg'\)/,
  );
});

test("control characters reach PowerShell by number", () => {
  assert.match(
    powerShell({ body: [{ kind: "text", text: "a\tb" }] }),
    /GetBytes\(\('a' \+ \[char\]9 \+ 'b'\)\)/,
  );
  assert.match(powerShell({ body: [{ kind: "text", text: "a\r\nb" }] }), /-join "`r`n"/);
});

test("PowerShell reads a file that is the body, and joins one that is a part", () => {
  const part: ResolvedPart = { kind: "file", path: "C:\\it's\\a.png", bytes: Buffer.from([0]) };
  assert.match(powerShell({ body: [part] }), /-InFile 'C:\\it''s\\a\.png'$/);
  const joined = powerShell({ body: [{ kind: "text", text: "x" }, part] });
  assert.match(joined, /\[IO\.File\]::ReadAllBytes\('C:\\it''s\\a\.png'\)/);
  assert.match(powerShell({ method: "PURGE" }), /-CustomMethod 'PURGE'/);
});
