import { type Row, readBreakpointLines, readStopDecoration } from "./pageScripts";
import type { Look } from "./poll";
import { basename, type Surface } from "./surface";

export type Stop = { function: string; file: string; line: number };

const TOOLBAR = ".debug-toolbar";
const CALL_STACK = ".debug-call-stack .monaco-list";
const VARIABLES = ".debug-variables .monaco-list";
/** VS Code refreshes the variables 0.4 s after a new stop; a change sooner than this is no refresh,
 * and without any change after the longer time they are taken as they are. */
const HANDOVER_MS = 300;
const REFRESH_MS = 2_000;

/** Run and Debug: sessions, stops, call stack, variables. */
export class DebugViews {
  private stopsAtStart = 0;
  private before = { stops: 0, vanished: 0, at: 0 };

  constructor(private readonly surface: Surface) {}

  async start(keys: string): Promise<void> {
    await this.ended();
    const { sessionsStarted, notifications, stops } = await this.surface.record();
    this.stopsAtStart = stops.length;
    await this.forgetStop();
    await this.surface.press(keys);
    await this.surface.until(
      `a debug session, or a word why there is none, after ${keys}`,
      async () => {
        const now = await this.surface.record();
        const reacted =
          now.sessionsStarted > sessionsStarted ||
          now.notifications.length > notifications.length ||
          (await this.surface.isVisible(
            `${TOOLBAR}:visible, .monaco-dialog-box, .quick-input-widget:visible`,
          ));
        return reacted ? { found: true } : { seen: "no reaction" };
      },
    );
  }

  /** For keys that let the program run: the stop it was at no longer counts. */
  async resume(keys: string): Promise<void> {
    await this.forgetStop();
    await this.surface.press(keys);
  }

  /** When one of several paused threads runs on, VS Code shows the next without announcing it and
   * without taking the yellow line away in between; only its variables change. */
  private async isNewStop(): Promise<boolean> {
    const { stops, yellowLine, variablesRefreshed } = await this.surface.record();
    return (
      stops.length > this.before.stops ||
      yellowLine.vanished > this.before.vanished ||
      variablesRefreshed > this.before.at + HANDOVER_MS
    );
  }

  private async forgetStop(): Promise<void> {
    const { stops, yellowLine } = await this.surface.record();
    this.before = { stops: stops.length, vanished: yellowLine.vanished, at: Date.now() };
  }

  async stop(): Promise<void> {
    await this.surface.press("Shift+F5");
  }

  ended(timeout?: number): Promise<true> {
    return this.surface.until(
      "the debug session to be over",
      async () =>
        (await this.surface.isVisible(TOOLBAR))
          ? { seen: await this.callStack() }
          : { found: true },
      timeout,
    );
  }

  /** The editor's yellow line and the call stack must agree. */
  waitForStopAt(fileName: string, line: number, timeout?: number): Promise<Stop> {
    const look = () => this.lookForStop(fileName, line);
    return this.surface.until(`a stop at ${fileName}:${line}`, look, timeout);
  }

  /** VS Code shows a breakpoint as set when the first of several sessions has it: a request that is
   * answered without a stop was too early, and another is sent. */
  async waitForStopOf<T>(
    request: () => Promise<T>,
    fileName: string,
    line: number,
  ): Promise<{ stop: Stop; answer: Promise<T> }> {
    let answer: Promise<T> | undefined;
    let early = 0;
    return await this.surface.until(`a request that stops at ${fileName}:${line}`, async () => {
      if (answer === undefined) {
        answer = request();
        const sent = answer;
        const forget = () => {
          if (answer === sent) answer = undefined;
        };
        sent.then(forget, forget);
      }
      const sent = answer;
      const look = await this.lookForStop(fileName, line);
      if ("found" in look) return { found: { stop: look.found, answer: sent } };
      if (answer === undefined) early += 1;
      return { seen: { answeredWithoutStop: early, ...(look.seen as object) } };
    });
  }

  private async lookForStop(fileName: string, line: number): Promise<Look<Stop>> {
    // Asked first: the yellow line and the frames looked at afterwards belong to the new stop.
    const isNew = await this.isNewStop();
    const { stops } = await this.surface.record();
    const shown = await this.surface.page.evaluate(readStopDecoration);
    const frames = await this.callStack();
    const frame = frames.find((each) => each.file === basename(fileName) && each.line === line);
    const ending = `/${fileName.replaceAll("\\", "/")}`;
    const inEditor = shown?.line === line && decodeURIComponent(shown.uri).endsWith(ending);
    if (isNew && inEditor && frame !== undefined) {
      return { found: frame };
    }
    return { seen: { yellowLine: shown, callStack: frames, stops: stops.at(-1)?.text } };
  }

  /** The frames of every paused thread in every session. */
  async callStack(): Promise<Stop[]> {
    const rows = (await this.callStackRows()).filter(({ parts }) => parts.function !== undefined);
    return rows.map(({ parts }) => ({
      function: parts.function ?? "",
      file: basename(parts.file ?? ""),
      line: Number.parseInt(parts.line ?? "", 10),
    }));
  }

  /** With more than one session VS Code leaves paused sessions and threads folded up. */
  private async callStackRows(): Promise<Row[]> {
    const parts = {
      function: ".stack-frame .label",
      file: ".stack-frame .file-name",
      line: ".stack-frame .line-number",
      state: ".state.label",
    };
    const rows = (await this.surface.rows(CALL_STACK, parts)) ?? [];
    const folded = rows.find(
      (row) => row.expanded === false && /^paused/i.test(row.parts.state ?? ""),
    );
    if (folded === undefined) return rows;
    await this.toggleRow(CALL_STACK, folded);
    return (await this.surface.rows(CALL_STACK, parts)) ?? [];
  }

  async variable(name: string, timeout?: number): Promise<string> {
    return (await this.findVariable(name, timeout)).parts.value ?? "";
  }

  async expandVariable(name: string): Promise<void> {
    await this.surface.until(`the variable ${name} expanded`, async () => {
      const row = await this.findVariable(name);
      if (row.expanded === undefined) return { seen: `${name} has nothing to expand` };
      if (row.expanded) return { found: true };
      await this.toggleRow(VARIABLES, row);
      return { seen: "collapsed" };
    });
  }

  async toggleBreakpoint(): Promise<void> {
    const before = await this.surface.page.evaluate(readBreakpointLines);
    await this.surface.press("F9");
    await this.surface.until("a change of the breakpoints in the margin", async () => {
      const now = await this.surface.page.evaluate(readBreakpointLines);
      return now.join() !== before.join() ? { found: true } : { seen: now };
    });
  }

  private async findVariable(name: string, timeout?: number): Promise<Row> {
    await this.show();
    return await this.surface.until(
      `the variable ${name}`,
      async () => {
        const { stops, yellowLine, variablesRefreshed } = await this.surface.record();
        const stopped = Math.max(stops.at(-1)?.at ?? 0, yellowLine.at);
        const fresh =
          stops.length <= this.stopsAtStart + 1 ||
          variablesRefreshed > stopped + HANDOVER_MS ||
          Date.now() > stopped + REFRESH_MS;
        if (!fresh) return { seen: "values of the stop before" };
        const rows = await this.surface.rows(VARIABLES, {
          scope: ".scope",
          name: ".expression .name",
          value: ".expression .value",
        });
        const first = rows?.[0];
        if (first?.expanded === false) await this.toggleRow(VARIABLES, first);
        const row = rows?.find(({ parts }) => trimmed(parts.name) === name);
        if (row !== undefined) return { found: row };
        return { seen: rows?.map(({ parts }) => parts.scope ?? trimmed(parts.name)) };
      },
      timeout,
    );
  }

  private async toggleRow(list: string, row: Row): Promise<void> {
    const element = `${list} .monaco-list-row[data-index="${row.index}"]`;
    await this.surface.click(`${element} .monaco-tl-twistie`);
    await this.surface.page
      .locator(`${element}[aria-expanded="${row.expanded ? "false" : "true"}"]`)
      .waitFor({ timeout: 2_000 })
      .catch(() => undefined);
  }

  private async show(): Promise<void> {
    await this.surface.until("the Run and Debug view", async () => {
      if (await this.surface.isVisible(VARIABLES)) return { found: true };
      await this.surface.press("ControlOrMeta+Shift+D");
      const list = this.surface.page.locator(VARIABLES);
      await list.waitFor({ timeout: 2_000 }).catch(() => undefined);
      return { seen: "hidden" };
    });
  }
}

/** Names are shown as "answer =" (older versions: "answer:"). */
function trimmed(name: string | undefined): string | undefined {
  return name?.replace(/\s*[=:]\s*$/, "").trim();
}
