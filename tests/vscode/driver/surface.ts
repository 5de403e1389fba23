import type { Locator, Page } from "playwright-core";
import { type Row, readList, readRecord } from "./pageScripts";
import { DEFAULT_TIMEOUT_MS, type Look, until } from "./poll";

/** The window as every part of the driver sees it. */
export class Surface {
  constructor(readonly page: Page) {}

  until<T>(
    expected: string,
    look: () => Promise<Look<T>>,
    timeout = DEFAULT_TIMEOUT_MS,
  ): Promise<T> {
    return until(expected, look, timeout, () => this.describe());
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  rows(list: string, parts: Record<string, string>): Promise<Row[] | undefined> {
    return this.page.evaluate(readList, { list, parts });
  }

  record(): Promise<Awaited<ReturnType<typeof readRecord>>> {
    return this.page.evaluate(readRecord);
  }

  /** False when the target moved or went away: the caller looks again. */
  async click(target: string | Locator, timeout = 5_000): Promise<boolean> {
    const element = typeof target === "string" ? this.page.locator(target).first() : target;
    const done = await element.click({ timeout }).then(
      () => true,
      () => false,
    );
    // A resting mouse opens hovers that cover what the next step looks at.
    await this.page.mouse.move(1, 1);
    return done;
  }

  async isVisible(selector: string): Promise<boolean> {
    return await this.page.locator(selector).first().isVisible();
  }

  /** A panel's shortcut hides the panel when it is already in front, so it is pressed only then. */
  async showPanel(title: string, keys: string, content: string): Promise<Locator> {
    const tab = this.page.locator(`.part.panel .action-item:has([aria-label^="${title}"])`).first();
    await this.until(`the panel "${title}"`, async () => {
      if (await this.isVisible(content)) return { found: true };
      if (await tab.isVisible()) await this.click(tab);
      else await this.press(keys);
      const shown = await appears(this.page.locator(content).first());
      return shown ? { found: true } : { seen: "the panel stayed hidden" };
    });
    return this.page.locator(content).first();
  }

  /** What a person would look at first when a wait fails. */
  private async describe(): Promise<string> {
    const { notifications } = await this.record();
    const texts = await this.page
      .locator(
        ".monaco-dialog-box .dialog-message-container, .quick-input-widget .quick-input-title",
      )
      .allInnerTexts();
    const open = texts.filter((text) => text.trim() !== "");
    const tabs = await this.page.locator(".tab.active").allTextContents();
    return [
      `\nActive editor: ${tabs.join(", ") || "none"}`,
      ...open.map((text) => `\nOpen dialog: ${text}`),
      ...notifications.map(({ severity, message }) => `\nNotification (${severity}): ${message}`),
    ].join("");
  }
}

export async function appears(locator: Locator, timeout = 2_000): Promise<boolean> {
  return await locator.waitFor({ state: "visible", timeout }).then(
    () => true,
    () => false,
  );
}

export function basename(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
