import * as fs from "node:fs";
import * as path from "node:path";
import { EXAMPLE } from "../../extension/tasks/project";

/** The example's sample request, two patients, and what the answer to it looks like. */
export const SAMPLE = fs.readFileSync(path.join(EXAMPLE, "sample-request.json"), "utf8");
export const PREDICTED = /^\[\d+\.\d+, \d+\.\d+\]$/;
export const PREDICTED_ONE = /^\[\d+\.\d+\]$/;

const HELPER = [
  "def as_list(prediction):",
  "    values = prediction.tolist()",
  "    return values",
  "",
].join("\n");

/**
 * Copy the example, model and all, with a helper module beside its score.py that run() ends with.
 * Returns the path of each and the line that holds a text, for breakpoints.
 */
export function copyExample(folder: string) {
  const script = path.join(folder, "score.py");
  const helper = path.join(folder, "helper.py");
  const example = fs.readFileSync(path.join(EXAMPLE, "score.py"), "utf8");
  const source = example
    .replace("import joblib", "import helper\nimport joblib")
    .replace("return prediction.tolist()", "return helper.as_list(prediction)");
  fs.cpSync(path.join(EXAMPLE, "model"), path.join(folder, "model"), { recursive: true });
  fs.writeFileSync(script, source);
  fs.writeFileSync(helper, HELPER);
  return { script, helper, lineOf: (text: string) => lineOf(source, text) };
}

/** The first line, from 1, that holds a text. */
function lineOf(source: string, text: string): number {
  const index = source.split("\n").findIndex((line) => line.includes(text));
  if (index < 0) {
    throw new Error(`No line holds ${text}`);
  }
  return index + 1;
}
