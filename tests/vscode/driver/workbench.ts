import * as fs from "node:fs";
import * as path from "node:path";
import type { Page } from "playwright-core";
import { DebugViews, type Stop } from "./debugViews";
import { EditorWidgets } from "./editorWidgets";
import type { Host } from "./host";
import { Notifications } from "./notifications";
import type { RecordedNotification } from "./pageScripts";
import { Panels, type Problem, type StatusBarItem } from "./panels";
import type { Look } from "./poll";
import { QuickInput } from "./quickInput";
import { ServersPane } from "./serversView";
import { Surface } from "./surface";

export type WorkbenchPlaces = { folder: string; environment: NodeJS.ProcessEnv; evidence: string };

/** Names the folder for pictures; without it none are taken. */
export const PICTURES_VARIABLE = "AZMLINFSRV_PICTURES";

/** One VS Code window with a folder of its own, as a person at the keyboard uses it. */
type Rectangle = Record<"x" | "y" | "width" | "height", number>;

export class Workbench {
  readonly page: Page;
  /** The view "Azure ML Servers". */
  readonly servers: ServersPane;
  private readonly surface: Surface;
  private readonly quickInput: QuickInput;
  private readonly debug: DebugViews;
  private readonly panels: Panels;
  private readonly messages: Notifications;
  private readonly widgets: EditorWidgets;

  constructor(
    readonly name: string,
    private readonly host: Host,
    private readonly places: WorkbenchPlaces,
    private readonly dispose: () => Promise<void>,
  ) {
    this.page = host.page;
    this.surface = new Surface(host.page);
    this.servers = new ServersPane(this.surface);
    this.quickInput = new QuickInput(this.surface);
    this.debug = new DebugViews(this.surface);
    this.panels = new Panels(this.surface);
    this.messages = new Notifications(this.surface);
    this.widgets = new EditorWidgets(this.surface);
  }

  /** The test's own copy of the folder it asked for. */
  get folder(): string {
    return this.places.folder;
  }

  /** For processes that a test starts beside the window: same temporary folder, same leak check. */
  get environment(): NodeJS.ProcessEnv {
    return this.places.environment;
  }

  openFile(relativePath: string): Promise<void> {
    return this.quickInput.openFile(relativePath);
  }

  gotoLine(line: number): Promise<void> {
    return this.quickInput.gotoLine(line);
  }

  waitForCursor(line: number): Promise<void> {
    return this.quickInput.waitForCursor(line);
  }

  runCommand(title: string): Promise<void> {
    return this.quickInput.runCommand(title);
  }

  pickQuickItem(text: string): Promise<void> {
    return this.quickInput.pick(text);
  }

  waitForQuickItem(text: string): Promise<void> {
    return this.quickInput.waitFor(text);
  }

  quickItems(): Promise<string[]> {
    return this.quickInput.items();
  }

  chooseFile(file: string): Promise<void> {
    return this.quickInput.chooseFile(file);
  }

  answerInput(title: string, text: string): Promise<void> {
    return this.quickInput.answer(title, text);
  }

  async toggleBreakpoint(relativePath: string, line: number): Promise<void> {
    await this.openFile(relativePath);
    await this.gotoLine(line);
    await this.debug.toggleBreakpoint();
  }

  startDebugging(): Promise<void> {
    return this.debug.start("F5");
  }

  runWithoutDebugging(): Promise<void> {
    return this.debug.start("Control+F5");
  }

  continue(): Promise<void> {
    return this.debug.resume("F5");
  }

  stepOver(): Promise<void> {
    return this.debug.resume("F10");
  }

  stopDebugging(): Promise<void> {
    return this.debug.stop();
  }

  waitForSessionEnd(timeout?: number): Promise<true> {
    return this.debug.ended(timeout);
  }

  waitForStopAt(fileName: string, line: number, timeout?: number): Promise<Stop> {
    return this.debug.waitForStopAt(fileName, line, timeout);
  }

  /** For a breakpoint that was set while the program runs. */
  waitForStopOf<T>(
    request: () => Promise<T>,
    fileName: string,
    line: number,
  ): Promise<{ stop: Stop; answer: Promise<T> }> {
    return this.debug.waitForStopOf(request, fileName, line);
  }

  /** Until the active editor shows a file that was changed on disk. */
  waitForEditorText(text: string): Promise<true> {
    const lines = this.page.locator(".editor-group-container.active .view-line");
    return this.surface.until(`"${text}" in the editor`, async () => {
      // VS Code renders blanks as no-break spaces.
      const shown = (await lines.allTextContents()).map((line) => line.replaceAll("\u00a0", " "));
      return shown.some((line) => line.trim() === text) ? { found: true } : { seen: shown };
    });
  }

  waitForPaused(line: number, count: number): Promise<true> {
    return this.surface.until(`${count} workers to be paused in line ${line}`, async () => {
      const frames = await this.callStack();
      return frames.filter((frame) => frame.line === line).length === count
        ? { found: true }
        : { seen: frames };
    });
  }

  /** Let several paused workers run on, one after the other. VS Code moves on to the next in its own
   * time, and F5 in between would be for the one that runs already: so each is chosen. */
  async continueEach(line: number, count: number): Promise<void> {
    for (let left = count - 1; left >= 0; left -= 1) {
      await this.page.locator(".debug-call-stack .stack-frame").first().click();
      await this.continue();
      await this.waitForPaused(line, left);
    }
  }

  quickFixes(): Promise<string[]> {
    return this.widgets.quickFixes();
  }

  quickFix(title: string): Promise<void> {
    return this.widgets.quickFix(title);
  }

  acceptSuggestion(label: string): Promise<void> {
    return this.widgets.acceptSuggestion(label);
  }

  hover(pattern: RegExp): Promise<string> {
    return this.widgets.hover(pattern);
  }

  callStack(): Promise<Stop[]> {
    return this.debug.callStack();
  }

  variable(name: string, timeout?: number): Promise<string> {
    return this.debug.variable(name, timeout);
  }

  expandVariable(name: string): Promise<void> {
    return this.debug.expandVariable(name);
  }

  debugConsole(): Promise<string> {
    return this.panels.debugConsole();
  }

  waitForDebugConsole(pattern: string | RegExp, timeout?: number): Promise<string> {
    return this.panels.waitForDebugConsole(pattern, timeout);
  }

  terminalText(): Promise<string> {
    return this.panels.terminalText();
  }

  problems(): Promise<Problem[]> {
    return this.panels.problems();
  }

  waitForProblems(
    expected: string,
    accept: (problems: Problem[]) => boolean,
    timeout?: number,
  ): Promise<Problem[]> {
    return this.panels.waitForProblems(expected, accept, timeout);
  }

  statusBarItems(): Promise<StatusBarItem[]> {
    return this.panels.statusBarItems();
  }

  notifications(): Promise<RecordedNotification[]> {
    return this.messages.messages();
  }

  forgetNotifications(): Promise<void> {
    return this.messages.forget();
  }

  waitForNotification(pattern: string | RegExp, timeout?: number): Promise<RecordedNotification> {
    return this.messages.waitFor(pattern, timeout);
  }

  clickNotificationAction(pattern: string | RegExp, action: string): Promise<void> {
    return this.messages.click(pattern, action);
  }

  /** For a test's own conditions; the error tells what was expected and what was seen. */
  until<T>(expected: string, look: () => Promise<Look<T>>, timeout?: number): Promise<T> {
    return this.surface.until(expected, look, timeout);
  }

  async screenshot(file: string): Promise<void> {
    fs.mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    await this.page.screenshot({ path: file });
  }

  /**
   * A picture for the README and the guides; taken by `npm run screenshots` only.
   *
   * @param part - of the editors' area, in pixels; without it the whole window.
   */
  async picture(name: string, part?: Rectangle): Promise<void> {
    const folder = process.env[PICTURES_VARIABLE];
    if (folder === undefined) return;
    // The blinking cursor and a pointer's hover would differ in each picture.
    await this.page.mouse.move(0, 0);
    const editors = part && (await this.page.locator(".part.editor").boundingBox());
    const clip = editors && { ...part, x: editors.x + part.x, y: editors.y + part.y };
    const file = path.join(folder, `${name}.png`);
    await this.page.screenshot({ path: file, caret: "hide", ...(clip && { clip }) });
  }

  /** Returns the folder with the screenshot and the logs. */
  async saveEvidence(): Promise<string> {
    const { evidence } = this.places;
    fs.rmSync(evidence, { recursive: true, force: true });
    fs.mkdirSync(evidence, { recursive: true });
    await this.screenshot(path.join(evidence, "screenshot.png")).catch((error: Error) =>
      fs.writeFileSync(path.join(evidence, "screenshot-failed.txt"), error.message),
    );
    fs.writeFileSync(path.join(evidence, "console.txt"), this.host.console.join("\n"));
    const { logFile, logsDir } = this.host;
    if (logFile !== undefined) fs.copyFileSync(logFile, path.join(evidence, "workbench.log"));
    if (fs.existsSync(logsDir)) {
      fs.cpSync(logsDir, path.join(evidence, "logs"), { recursive: true });
    }
    return evidence;
  }

  /** Fails when a process that this window started outlives it. */
  close(): Promise<void> {
    return this.dispose();
  }
}
