import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { ROOT } from "../../extension/tasks/project";
import { withDocsServer } from "./apiPageServer";
import { seriousBarriers, tabTo, withPage } from "./driver/plainPage";
import { ECHO } from "./workspace";

const SCHEMA = `import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema, output_schema


def init():
    pass


@input_schema("data", NumpyParameterType(np.array([[1.5, 2.0]])))
@input_schema("factor", StandardPythonParameterType(3))
@output_schema(StandardPythonParameterType([1.5]))
def run(data, factor=3):
    return (data.sum(axis=1) * factor).tolist()
`;
const RAW = `from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse


def init():
    pass


@rawhttp
def run(request):
    if request.files:
        picture = request.files["picture"]
        return {"name": picture.filename, "size": len(picture.read())}
    answer = AMLResponse(request.get_data(), 200)
    answer.headers["Content-Type"] = "image/png"
    return answer
`;
const PICTURE = path.join(ROOT, "media", "icon.png");

const docs = (url: string) => `${url}/docs`;
const bodyField = (page: Page) => page.getByRole("textbox", { name: "Request body" });
const execute = (page: Page) => page.getByRole("button", { name: "Execute" }).first();
const answerBody = (page: Page) =>
  page.locator(".live-responses-table tbody .response-col_description");
const news = (page: Page) => page.locator("#said");

async function waitForAnswer(page: Page, status: number): Promise<string> {
  await news(page)
    .filter({ hasText: `Answer with status ${status}` })
    .waitFor({ state: "attached" });
  await answerBody(page).getByText("Request duration").waitFor();
  return answerBody(page).innerText();
}

test("A schema script is tried by the keyboard alone: the sample is there, the answer comes with its time", async () => {
  await withDocsServer({ "score.py": SCHEMA }, (url) =>
    withPage(docs(url), {}, async (page) => {
      await execute(page).waitFor();
      assert.deepEqual(JSON.parse(await bodyField(page).inputValue()), {
        data: [[1.5, 2]],
        factor: 3,
      });
      await tabTo(page, ".body-param__text");
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText('{"data": [[1, 2], [3, 4]], "factor": 10}');
      await tabTo(page, ".execute");
      await page.keyboard.press("Enter");
      const answer = await waitForAnswer(page, 200);
      assert.match(answer, /\[\s*30,\s*70\s*\]/);
      assert.match(answer, /Request duration\s+\d+ ms/);
      assert.match(
        (await news(page).textContent()) ?? "",
        /after \d+ milliseconds, \d+ of them in run/,
      );
    }),
  );
});

test("A schema script's arguments are sent in a query", async () => {
  await withDocsServer({ "score.py": SCHEMA }, (url) =>
    withPage(docs(url), {}, async (page) => {
      await execute(page).waitFor();
      await page
        .getByRole("button", { name: /^GET.*\/score/i })
        .first()
        .click();
      await page.getByLabel("factor").fill("2");
      const query = page.locator("#operations-Scoring-scoreQuery");
      await query.locator(".execute").click();
      await news(page).filter({ hasText: "status 200" }).waitFor({ state: "attached" });
      assert.match(await query.locator(".live-responses-table").innerText(), /\[\s*7\s*\]/);
    }),
  );
});

test("An undecorated script begins with the sample request beside it, and a failure shows its reason", async () => {
  const files = {
    "score.py": `import json\n${ECHO.replace("return raw_data", 'return json.loads(raw_data)["name"]')}`,
    "sample-request.json": '{"name": "Ada", "data": [1, 2.5]}',
  };
  await withDocsServer(files, (url) =>
    withPage(docs(url), {}, async (page) => {
      await execute(page).waitFor();
      assert.deepEqual(JSON.parse(await bodyField(page).inputValue()), {
        name: "Ada",
        data: [1, 2.5],
      });
      await execute(page).click();
      assert.match(await waitForAnswer(page, 200), /"Ada"/);
      await bodyField(page).fill('{"data": []}');
      await execute(page).click();
      assert.match(await waitForAnswer(page, 500), /"message": "/);
    }),
  );
});

test("A picture is chosen, sent to a raw script as body and as form, and the picture it answers is seen", async () => {
  await withDocsServer({ "score.py": RAW }, (url) =>
    withPage(docs(url), {}, async (page) => {
      await execute(page).waitFor();
      const type = page.getByRole("combobox", { name: "Request content type" });
      assert.equal(await type.inputValue(), "multipart/form-data");
      await page.getByLabel("picture").setInputFiles(PICTURE);
      await execute(page).click();
      assert.match(await waitForAnswer(page, 200), /"name": "icon\.png"/);
      await type.selectOption("application/octet-stream");
      await page.getByLabel("File to send as the request body").setInputFiles(PICTURE);
      await execute(page).click();
      const shown = page.getByRole("img", { name: "The image in the answer" });
      await shown.waitFor();
      const width = await shown.evaluate(
        (image) => (image as { naturalWidth?: number }).naturalWidth,
      );
      assert.ok(width && width > 0, "the picture cannot be decoded");
    }),
  );
});

test("The page has the colours of the editor that shows it, whatever those of the system are", async () => {
  await withDocsServer({ "score.py": ECHO }, async (url) => {
    for (const [colours, colorScheme] of [
      ["dark", "light"],
      ["light", "dark"],
    ] as const) {
      await withPage(`${docs(url)}?colours=${colours}`, { colorScheme }, async (page) => {
        await execute(page).waitFor();
        const scheme = "getComputedStyle(document.documentElement).colorScheme";
        assert.equal(await page.evaluate(scheme), colours);
      });
    }
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const [kind, source] of Object.entries({ schema: SCHEMA, undecorated: ECHO, raw: RAW })) {
    test(`Nothing on the ${colorScheme} page of a ${kind} script is without a name or too pale to read`, async () => {
      await withDocsServer({ "score.py": source }, (url) =>
        withPage(docs(url), { colorScheme }, async (page) => {
          await execute(page).waitFor();
          if (kind === "raw") await page.getByLabel("picture").setInputFiles(PICTURE);
          await execute(page).click();
          await waitForAnswer(page, 200);
          await page
            .getByRole("button", { name: /^GET.*\/score/i })
            .first()
            .click();
          await page.locator("#operations-Scoring-scoreQuery .execute").waitFor();
          assert.deepEqual(await seriousBarriers(page), []);
        }),
      );
    });
  }
}
