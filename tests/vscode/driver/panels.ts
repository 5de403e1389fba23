import { matches } from "./poll";
import type { Surface } from "./surface";

export type Problem = {
  file: string;
  line: number;
  column: number;
  message: string;
  severity: string;
  source: string | undefined;
  code: string | undefined;
};

export type StatusBarItem = { id: string; text: string; label: string; kind: string };

const REPL = ".repl .monaco-list";
const MARKERS = ".markers-panel .monaco-list";

/** Debug Console, Problems, Terminal and the status bar. */
export class Panels {
  constructor(private readonly surface: Surface) {}

  /** The text of every session, one after the other. */
  async debugConsole(): Promise<string> {
    await this.surface.showPanel("Debug Console", "ControlOrMeta+Shift+Y", ".repl");
    const choice = this.surface.page.locator(".part.panel .title select").first();
    if (!(await choice.isVisible())) return await this.consoleInFront();
    const shown = await choice.evaluate((select) => select.selectedIndex as number);
    const sessions = await choice.locator("option").count();
    const texts: string[] = [];
    for (let index = 0; index < sessions; index++) {
      await choice.selectOption({ index });
      texts.push(await this.consoleInFront());
    }
    if (shown < sessions) await choice.selectOption({ index: shown });
    return texts.join("");
  }

  private async consoleInFront(): Promise<string> {
    const rows = await this.surface.rows(REPL, { value: ".value", text: ".monaco-tl-contents" });
    const texts = (rows ?? []).map(({ parts }) => parts.value ?? parts.text ?? "");
    return texts.map((text) => (text.endsWith("\n") ? text : `${text}\n`)).join("");
  }

  waitForDebugConsole(pattern: string | RegExp, timeout?: number): Promise<string> {
    return this.surface.until(
      `the Debug Console to show ${pattern}`,
      async () => {
        const text = await this.debugConsole();
        return matches(pattern, text) ? { found: text } : { seen: text };
      },
      timeout,
    );
  }

  async problems(): Promise<Problem[]> {
    const { page } = this.surface;
    await this.surface.showPanel("Problems", "ControlOrMeta+Shift+M", ".markers-panel");
    // A collapsed file hides its problems from the list.
    const collapsed = page.locator(`${MARKERS} [aria-level="1"][aria-expanded="false"]`);
    for (let left = await collapsed.count(); left > 0; left--) {
      await this.surface.click(collapsed.first().locator(".monaco-tl-twistie"));
    }
    const rows = await this.surface.rows(MARKERS, {
      file: ".resource-label-container .label-name",
      folder: ".resource-label-container .label-description",
      message: ".marker-message",
      source: ".marker-source",
      code: ".marker-code",
      position: ".marker-line",
    });
    let file = "";
    return (rows ?? []).flatMap(({ level, label, parts }) => {
      if (level === 1) {
        file = [parts.folder, parts.file].filter(Boolean).join("/");
        return [];
      }
      // Below a problem stand the other places that belong to it.
      if (level !== 2) return [];
      const position = /(\d+)\D+(\d+)/.exec(parts.position ?? "");
      if (position === null) return [];
      return [
        {
          file,
          line: Number(position[1]),
          column: Number(position[2]),
          message: parts.message ?? "",
          severity: (/^\w+/.exec(label)?.[0] ?? "").toLowerCase(),
          source: parts.source,
          code: parts.code,
        },
      ];
    });
  }

  waitForProblems(
    expected: string,
    accept: (problems: Problem[]) => boolean,
    timeout?: number,
  ): Promise<Problem[]> {
    return this.surface.until(
      `problems: ${expected}`,
      async () => {
        const problems = await this.problems();
        return accept(problems) ? { found: problems } : { seen: problems };
      },
      timeout,
    );
  }

  /** The visible screen of the terminal in front. */
  async terminalText(): Promise<string> {
    await this.surface.showPanel("Terminal", "Control+`", ".terminal-wrapper.active");
    const lines = this.surface.page.locator(".terminal-wrapper.active .xterm-rows > div");
    const texts = await lines.evaluateAll((rows) => rows.map((row) => row.textContent ?? ""));
    return texts.map((text) => text.replaceAll("\u00a0", " ").trimEnd()).join("\n");
  }

  async statusBarItems(): Promise<StatusBarItem[]> {
    const items = this.surface.page.locator(".part.statusbar .statusbar-item");
    return await items.evaluateAll((elements) =>
      elements.map((element) => ({
        id: element.id as string,
        text: ((element.textContent ?? "") as string).replaceAll("\u00a0", " ").trim(),
        label: (element.getAttribute("aria-label") ?? "") as string,
        kind:
          /\b(error|warning|prominent|offline|remote)-kind\b/.exec(element.className)?.[1] ?? "",
      })),
    );
  }
}
