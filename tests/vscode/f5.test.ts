import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { EXAMPLE, VSIX } from "../../extension/tasks/project";
import { withWorkbench } from "./driver";

test("F5 on the example stops in init() and run(), and the client gets the right answer", async () => {
  await withWorkbench({ name: "f5-example", folder: EXAMPLE, vsix: VSIX }, async (wb) => {
    await wb.openFile("score.py");
    await wb.toggleBreakpoint("score.py", 28);
    await wb.toggleBreakpoint("score.py", 35);
    await wb.startDebugging();
    const init = await wb.waitForStopAt("score.py", 28);
    assert.equal(init.function, "init");
    assert.match(await wb.variable("model_path"), /sklearn_regression_model\.pkl/);
    await wb.screenshot("/tmp/x/init.png");
    await wb.continue();
    const text = await wb.waitForDebugConsole(/ready for serving traffic/);
    const [, url] = /(http:\/\/127\.0\.0\.1:\d+)\/score/.exec(text) ?? [];
    const answer = fetch(`${url}/score`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: fs.readFileSync(path.join(EXAMPLE, "sample-request.json")),
    });
    await wb.waitForStopAt("score.py", 35);
    assert.match(await wb.variable("data"), /0\.0381/);
    await wb.screenshot("/tmp/x/run.png");
    await wb.continue();
    const response = await answer;
    assert.equal(response.status, 200);
    console.log(await response.text());
    await wb.stopDebugging();
    await wb.waitForSessionEnd();
    await wb.screenshot("/tmp/x/end.png");
    console.log(await wb.notifications());
  });
});
