import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutOptions } from "../../extension/deployment/failure";

test("A question in a dialog asks for no option of the command line", () => {
  const service =
    "There is a service words-blue already. `azmlinfsrv services update words-blue` changes it, " +
    "--force replaces it.";
  assert.equal(withoutOptions(service), "There is a service words-blue already.");
  const folder = "/tmp/a--b has a package already; nothing was written. --force replaces it.";
  assert.equal(withoutOptions(folder), "/tmp/a--b has a package already; nothing was written.");
  assert.equal(withoutOptions("Use --force."), "Use --force.");
});
