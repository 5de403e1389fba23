import type { Surface } from "./surface";

const ACTIONS = ".action-widget .monaco-list-row";
const SUGGESTIONS = ".suggest-widget .monaco-list-row";
const HOVERS = ".monaco-hover:not(.hidden)";

/** What opens beside the cursor: quick fixes, suggestions, hovers. */
export class EditorWidgets {
  constructor(private readonly surface: Surface) {}

  /** The titles that the light bulb offers at the cursor. */
  async quickFixes(): Promise<string[]> {
    const rows = this.surface.page.locator(ACTIONS);
    return this.surface.until("quick fixes", async () => {
      if ((await rows.count()) === 0) await this.surface.press("ControlOrMeta+.");
      const titles = await rows.allTextContents();
      const offered = titles.filter((title) => title !== "" && !/^Quick Fix|^Checking/.test(title));
      return offered.length > 0 ? { found: offered } : { seen: titles };
    });
  }

  async quickFix(title: string): Promise<void> {
    await this.quickFixes();
    const row = this.surface.page.locator(ACTIONS).filter({ hasText: title });
    await this.surface.until(`the quick fix "${title}"`, async () =>
      (await this.surface.click(row.first()))
        ? { found: true }
        : { seen: await this.surface.page.locator(ACTIONS).allTextContents() },
    );
  }

  /** Accept the suggestion of that name at the cursor. */
  async acceptSuggestion(label: string): Promise<void> {
    const rows = this.surface.page.locator(SUGGESTIONS);
    const row = rows.filter({ hasText: label }).first();
    await this.surface.until(`the suggestion "${label}"`, async () => {
      if ((await rows.count()) === 0) await this.surface.press("Control+Space");
      return (await this.surface.click(row, 1_000))
        ? { found: true }
        : { seen: await rows.allTextContents() };
    });
  }

  /** What the hover at the cursor says. */
  hover(pattern: RegExp): Promise<string> {
    return this.surface.until(`a hover with ${pattern}`, async () => {
      await this.surface.press("ControlOrMeta+K");
      await this.surface.press("ControlOrMeta+I");
      const texts = await this.surface.page.locator(HOVERS).allTextContents();
      const text = texts.find((each) => pattern.test(each));
      return text === undefined ? { seen: texts } : { found: text };
    });
  }
}
