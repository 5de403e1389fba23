import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { ROOT } from "../../extension/tasks/project";

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly image?: string; readonly markdown?: string };
  readonly completionEvents: readonly string[];
}

const read = <T>(file: string): T =>
  JSON.parse(fs.readFileSync(path.join(ROOT, file), "utf8")) as T;
const { contributes } = read<{
  contributes: {
    commands: { command: string }[];
    walkthroughs: { id: string; steps: Step[] }[];
  };
}>("package.json");
const texts = read<Record<string, string>>("package.nls.json");
const steps = contributes.walkthroughs[0]?.steps ?? [];
const commands = new Set(contributes.commands.map(({ command }) => command));

test("Each step of the walkthrough has a picture or a text that is in the package", () => {
  assert.equal(steps.length, 4);
  for (const { id, media } of steps) {
    const file = media.image ?? media.markdown ?? "";
    assert.ok(fs.existsSync(path.join(ROOT, file)), `${id}: ${file}`);
  }
});

test("Each button of the walkthrough does something, and each step can be completed", () => {
  for (const step of steps) {
    const text = texts[step.description.slice(1, -1)] ?? "";
    const links = [...text.matchAll(/\(command:([\w.]+)/g)].map((found) => found[1] ?? "");
    assert.ok(links.length > 0, step.id);
    for (const link of links) {
      assert.ok(commands.has(link) || link.startsWith("workbench."), `${step.id}: ${link}`);
    }
    assert.ok(step.completionEvents.length > 0, step.id);
    for (const event of step.completionEvents) {
      const [kind, name = ""] = event.split(/:(.*)/s);
      assert.match(kind ?? "", /^on(?:Command|Context|View)$/);
      const isOurs = kind === "onCommand" && name.startsWith("azmlinfsrv.");
      assert.ok(!isOurs || commands.has(name), `${step.id}: ${event}`);
    }
  }
});
