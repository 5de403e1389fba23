import assert from "node:assert/strict";
import { test } from "node:test";
import { lineMasker, maskSecrets } from "../../extension/logs/maskSecrets";

// Made up here, and put together so that nobody takes one for a real key.
const KEY = `${"Ab1+".repeat(21)}xy==`;
const TOKEN = `eyJ${"a".repeat(20)}.${"b".repeat(20)}.${"c".repeat(20)}`;
const GUID = "11111111-2222-3333-4444-555555555555";
const S = "s3cr3t-v4lue";

test("what is a secret by its name or form does not reach the screen", () => {
  const cases: Readonly<Record<string, string>> = {
    [`Authorization: Bearer ${S}`]: "Authorization: Bearer •••",
    [`{'Authorization': 'Basic ${S}', 'a': 1}`]: "{'Authorization': 'Basic •••', 'a': 1}",
    [`('authorization', '${S}')`]: "('authorization', '•••')",
    [`curl -H "authorization: SharedKey ${S}"`]: 'curl -H "authorization: SharedKey •••"',
    [`got bearer ${TOKEN} today`]: "got bearer ••• today",
    [`token is ${TOKEN}.`]: "token is •••.",
    [`https://a.blob.core.windows.net/m?sv=1&sig=${S}%3D&se=2`]:
      "https://a.blob.core.windows.net/m?sv=1&sig=•••&se=2",
    [`GET /score?api-key=${S}&a=1`]: "GET /score?api-key=•••&a=1",
    [`AccountName=a;AccountKey=${KEY};EndpointSuffix=x`]:
      "AccountName=a;AccountKey=•••;EndpointSuffix=x",
    [`a key ${KEY} alone`]: "a key ••• alone",
    [`InstrumentationKey=${GUID};IngestionEndpoint=https://x`]:
      "InstrumentationKey=•••;IngestionEndpoint=https://x",
    [`AML_APP_INSIGHTS_KEY=${GUID}`]: "AML_APP_INSIGHTS_KEY=•••",
    [`--appinsights_instrumentation_key ${GUID} --port 1`]:
      "--appinsights_instrumentation_key ••• --port 1",
    [`connection_string="InstrumentationKey=x;Foo=${S}"`]: 'connection_string="•••"',
    [`Server=x;User Id=a;Password=${S};Encrypt=yes`]: "Server=x;User Id=a;Password=•••;Encrypt=yes",
    [`postgresql://me:${S}@host:5432/db`]: "postgresql://me:•••@host:5432/db",
    [`redis://:${S}@host`]: "redis://:•••@host",
    [`{"client_secret": "two words ${S}", "n": 1}`]: '{"client_secret": "•••", "n": 1}',
    [`{\\"api_key\\": \\"${S}\\"}`]: '{\\"api_key\\": \\"•••\\"}',
    [`HF_TOKEN: ${S}`]: "HF_TOKEN: •••",
    [`Set-Cookie: session=${S}; Path=/`]: "Set-Cookie: •••",
    [`key sk-${"a1".repeat(12)} used`]: "key ••• used",
  };
  for (const [text, masked] of Object.entries(cases)) {
    assert.equal(maskSecrets(text), masked);
    assert.equal(maskSecrets(masked), masked, "masked twice is the same");
  }
});

test("what is no secret stays readable", () => {
  for (const text of [
    "2026-11-20 16:49:21,921 I [7] azmlinfsrv - POST /score 200 1.250ms 3 [mine]",
    "tokens: 512, tokenizer: bert, max_tokens=5",
    "password=None, token: null",
    "http://127.0.0.1:5001/score",
    "the key of the row is 7",
    `request ${GUID}`,
    "user@example.org wrote to me: hello",
    '  File "/project/secret/score.py", line 3, in run',
  ]) {
    assert.equal(maskSecrets(text), text);
  }
});

test("a private key is hidden whole, and what follows is shown again", () => {
  const mask = lineMasker();
  const [begin, end] = ["BEGIN", "END"].map((word) => `-----${word} RSA PRIVATE KEY-----`);
  const lines = ["before", begin ?? "", "MIIEabc", "def", end ?? "", "after"];
  assert.deepEqual(lines.map(mask), ["before", "•••", "•••", "•••", "•••", "after"]);
  const endless = lineMasker();
  const shown = [begin ?? "", ...Array.from({ length: 200 }, () => "line")].map(endless);
  assert.equal(shown.at(-1), "line");
});

test("a line of a megabyte, however it is made, is masked at once", () => {
  const million = 1_000_000;
  const parts = [
    ...["a", "A1", "token", "token=", 'token="', "password ", "authorization:", "bearer ", "eyJ"],
    ...[
      "eyJ.",
      "-eyJaaaaaaaaa",
      "?sig",
      "&key",
      "://",
      "a://b:",
      "--a",
      "--key",
      "sk-",
      "+/",
      "\\",
    ],
    ...["cookie: ", "connection_string=", "-----BEGIN ", " ", "token\\\\\\", "a-b_", "&x-token"],
  ];
  for (const part of parts) {
    const line = part.repeat(Math.ceil(million / part.length));
    const started = performance.now();
    maskSecrets(line);
    const took = performance.now() - started;
    assert.ok(took < 3_000, `a megabyte of ${part} took ${took.toFixed(0)} ms`);
  }
});
