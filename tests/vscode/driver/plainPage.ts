/** A page of a server in a browser, without VS Code around it. */
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../../extension/tasks/workbench";

const AXE = createRequire(__filename).resolve("axe-core/axe.min.js");

/** Opens a page; fails when the page complains, or asks any other server for anything. */
export async function withPage<T>(
  url: string,
  options: BrowserContextOptions,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const found = await findBrowser({ log: (line) => console.error(line) });
  if (found.kind === "unavailable") throw new Error(`${found.reason}\nTo mend it: ${found.remedy}`);
  const browser = await chromium.launch({
    executablePath: found.executable,
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage(options);
    const complaints: string[] = [];
    page.on("console", (message) => {
      // What the content-security policy refuses is told here, too.
      const isComplaint = ["error", "warning"].includes(message.type());
      // Chromium complains of every answer with a status of 400 and more.
      const isRefusal = message.location().url.endsWith("/score");
      if (isComplaint && !isRefusal) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      const isOwn = origin === new URL(url).origin || ["data:", "blob:"].includes(protocol);
      if (!isOwn) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(url);
    const result = await use(page);
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join("\n")}`);
    return result;
  } finally {
    await browser.close();
  }
}

export type Barrier = { rule: string; impact: string; where: string[] };

/** What keeps people with a screen reader or weak eyes out, as far as axe finds it. */
export async function seriousBarriers(page: Page): Promise<Barrier[]> {
  await page.evaluate(`${fs.readFileSync(AXE, "utf8")}; undefined`);
  return page.evaluate(async () => {
    type Found = { id: string; impact: string; nodes: { html: string; target: string[] }[] };
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Found[] }> } };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => ["serious", "critical"].includes(impact))
      .map(({ id, impact, nodes }) => ({
        rule: id,
        impact,
        where: nodes.map(({ target, html }) => `${target.join(" ")}: ${html.slice(0, 120)}`),
      }));
  });
}

/** Press Tab until an element has the focus; returns how often. */
export async function tabTo(page: Page, selector: string, limit = 60): Promise<number> {
  for (let pressed = 1; pressed <= limit; pressed++) {
    await page.keyboard.press("Tab");
    if ((await page.locator(`${selector}:focus`).count()) > 0) return pressed;
  }
  throw new Error(`${limit} times Tab did not lead to ${selector}.`);
}
