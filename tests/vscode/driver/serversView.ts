import type { Surface } from "./surface";

const VIEW = '.pane:has(.pane-header[aria-label^="Azure ML Servers"])';

/** One row as a screen reader reads it. */
export type ServerRow = { label: string; text: string };

/** The view "Azure ML Servers". */
export class ServersPane {
  constructor(private readonly surface: Surface) {}

  async open(): Promise<void> {
    const view = this.surface.page.locator(VIEW).first();
    await this.surface.until("the view Azure ML Servers", async () => {
      if (!(await view.isVisible())) {
        await this.surface.press("ControlOrMeta+Shift+D");
        return { seen: "Run and Debug is not open" };
      }
      if ((await view.locator(".pane-header").getAttribute("aria-expanded")) !== "true") {
        await this.surface.click(view.locator(".pane-header"));
        return { seen: "the view is collapsed" };
      }
      return { found: true };
    });
  }

  async text(): Promise<string> {
    return (await this.surface.page.locator(`${VIEW} .pane-body`).first().innerText())
      .replaceAll("\u00a0", " ")
      .trim();
  }

  async rows(): Promise<ServerRow[]> {
    const rows = this.surface.page.locator(`${VIEW} .monaco-list-row`);
    const seen = await rows.evaluateAll((elements) =>
      elements.map((element) => ({
        label: (element.getAttribute("aria-label") ?? "") as string,
        text: (element.textContent ?? "") as string,
      })),
    );
    return seen.map(({ label, text }) => ({ label, text: text.replaceAll("\u00a0", " ") }));
  }

  /** Until there is one row of which this is true. */
  waitFor(pattern: RegExp): Promise<ServerRow> {
    return this.surface.until(`a server: ${pattern}`, async () => {
      const rows = await this.rows();
      const found = rows.find(({ label }) => pattern.test(label));
      return found ? { found } : { seen: rows };
    });
  }

  /** Use one of the buttons of a row, which show when the mouse is on it. */
  async act(pattern: RegExp, action: string): Promise<void> {
    await this.waitFor(pattern);
    const row = this.surface.page.locator(`${VIEW} .monaco-list-row`).first();
    await this.surface.until(`the button ${action}`, async () => {
      await row.hover({ timeout: 1_000 }).catch(() => undefined);
      const button = row.locator(`.action-label[aria-label^="${action}"]`).first();
      return (await this.surface.click(button)) ? { found: true } : { seen: await this.rows() };
    });
  }
}
