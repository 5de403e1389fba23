import * as path from "node:path";
import { appears, type Surface } from "./surface";

const WIDGET = ".quick-input-widget";
const ROW = `${WIDGET} .monaco-list-row`;

/** The input field at the top: files, commands, lists to choose from. */
export class QuickInput {
  constructor(private readonly surface: Surface) {}

  async openFile(relativePath: string): Promise<void> {
    const file = relativePath.replaceAll("\\", "/");
    await this.type("ControlOrMeta+P", file);
    await this.choose(`the file ${file}`, (label) => isFile(label, file));
    const { page } = this.surface;
    await this.surface.until(`${file} in the active editor`, async () => {
      const editor = page
        .locator(".editor-group-container.active .monaco-editor[data-uri]")
        .first();
      const uri = decodeURIComponent((await editor.getAttribute("data-uri").catch(() => "")) ?? "");
      return uri.endsWith(`/${file}`) ? { found: true } : { seen: uri };
    });
    await this.surface.until("the keyboard focus in the editor", async () => {
      const focused = page.locator(
        ".editor-group-container.active .monaco-editor.focused[data-uri]",
      );
      return (await focused.count()) > 0 ? { found: true } : { seen: "the focus is elsewhere" };
    });
  }

  async gotoLine(line: number): Promise<void> {
    await this.type("Control+G", `:${line}`);
    const wanted = new RegExp(`\\bline ${line}\\b`, "i");
    await this.surface.until(`the offer to go to line ${line}`, async () => {
      const labels = await this.labels();
      return labels.some((label) => wanted.test(label)) ? { found: true } : { seen: labels };
    });
    await this.surface.press("Enter");
    await this.waitForCursor(line);
  }

  /** Until what is typed goes into a line of the active editor. */
  async waitForCursor(line: number): Promise<void> {
    await this.surface.until(`the cursor in line ${line}`, async () => {
      const { page } = this.surface;
      const position = page.locator("#status\\.editor\\.selection");
      const text = await position.textContent({ timeout: 1_000 }).catch(() => "no position shown");
      if (!text?.includes(`Ln ${line},`)) return { seen: text };
      const focused = page.locator(".editor-group-container.active .monaco-editor.focused");
      return (await focused.count()) > 0 ? { found: true } : { seen: "the focus is elsewhere" };
    });
  }

  async runCommand(title: string): Promise<void> {
    await this.type("F1", `>${title}`);
    await this.choose(`the command "${title}"`, (label) => isCommand(label, title));
  }

  async pick(text: string): Promise<void> {
    await this.choose(`"${text}" in the list`, (label) => label.includes(text));
  }

  async waitFor(text: string): Promise<void> {
    await this.surface.until(`"${text}" in the list`, async () => {
      const labels = await this.labels();
      return labels.some((label) => label.includes(text)) ? { found: true } : { seen: labels };
    });
  }

  /** Labels with their descriptions, as VS Code reads them aloud. */
  async items(): Promise<string[]> {
    await this.visible();
    const rows = await this.surface.rows(`${WIDGET} .monaco-list`, {});
    return (rows ?? []).map((row) => row.label);
  }

  /** Answer a question; its title tells it from one before it that is still shown. */
  async answer(title: string, text: string): Promise<void> {
    await this.surface.until(`the question "${title}"`, async () => {
      const shown = this.surface.page.locator(`${WIDGET}:visible .quick-input-title`);
      const seen = await shown.textContent({ timeout: 500 }).catch(() => "no question");
      return seen === title ? { found: true } : { seen };
    });
    await this.surface.page.locator(`${WIDGET} input.input`).first().fill(text);
    await this.surface.press("Enter");
  }

  /** Choose a file or folder in the dialog that VS Code shows where the system has none. */
  async chooseFile(file: string): Promise<void> {
    await this.visible();
    const input = this.surface.page.locator(`${WIDGET} input.input`).first();
    // It first shows a folder of its own, and forgets what was typed until then.
    await this.surface.until(`${file} in the dialog`, async () => {
      const shown = await input.inputValue({ timeout: 500 }).catch(() => "");
      const listed = (await this.labels()).map((label) => label.split(",")[0]);
      if (shown === file && listed.includes(path.basename(file))) return { found: true };
      if (shown !== "" && shown !== file) await input.fill(file);
      return { seen: { shown, listed } };
    });
    await this.surface.press("Enter");
  }

  private async type(keys: string, text: string): Promise<void> {
    const { page } = this.surface;
    const input = page.locator(`${WIDGET} input.input`).first();
    await this.surface.until(`the input field after ${keys}`, async () => {
      if (await input.isVisible()) await this.surface.press("Escape");
      await this.surface.press(keys);
      return (await appears(input)) ? { found: true } : { seen: "no input field" };
    });
    await input.fill(text);
  }

  private async choose(expected: string, wanted: (label: string) => boolean): Promise<void> {
    const { page } = this.surface;
    await this.surface.until(expected, async () => {
      const labels = await this.labels();
      const label = labels.find(wanted);
      if (label === undefined) return { seen: labels };
      // By its label: the list may change between the look and the click.
      const row = page.locator(`${ROW}[aria-label=${JSON.stringify(label)}]`).first();
      // On a busy machine a click can take effect and be reported as too late.
      const done = (await this.surface.click(row)) || !(await this.surface.isVisible(WIDGET));
      return done ? { found: true } : { seen: "the list changed while choosing" };
    });
  }

  private async visible(): Promise<void> {
    await this.surface.until("an input field or list at the top", async () => {
      if (await this.surface.isVisible(WIDGET)) return { found: true };
      return { seen: "none" };
    });
  }

  private async labels(): Promise<string[]> {
    const rows = this.surface.page.locator(`${WIDGET}:visible .monaco-list-row`);
    return await rows.evaluateAll((elements) =>
      elements.map((element) => element.getAttribute("aria-label") ?? ""),
    );
  }
}

/** Labels read "name folder, file results". */
function isFile(label: string, file: string): boolean {
  const parts = file.split("/");
  const name = parts.pop();
  const wanted = parts.length === 0 ? name : `${name} ${parts.join("/")}`;
  return label.replaceAll("\\", "/").split(",")[0] === wanted;
}

/** Labels read "Category: Title, keys, similar commands". */
function isCommand(label: string, title: string): boolean {
  return label === title || label.startsWith(`${title},`) || label.split(",")[0] === title;
}
