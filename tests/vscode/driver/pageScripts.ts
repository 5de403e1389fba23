/** Functions that run inside the page. They may use nothing from outside their own body. */

export type Row = {
  index: number;
  level: number;
  label: string;
  expanded: boolean | undefined;
  selected: boolean;
  parts: Record<string, string | undefined>;
};

export type RecordedNotification = { message: string; severity: string; actions: string[] };

type PageRecord = {
  notifications: RecordedNotification[];
  stops: { at: number; text: string }[];
  /** The line of the paused frame: also changes hands between threads that were paused before. */
  yellowLine: { shown: boolean; vanished: number; at: number };
  sessionsStarted: number;
  variablesRefreshed: number;
};

/** The project has no DOM types on purpose (Node code must not see them), so: the few used here. */
interface PageElement {
  readonly className: string;
  readonly textContent: string | null;
  readonly clientHeight: number;
  readonly style: { readonly top: string; readonly height: string };
  readonly parentElement: PageElement | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  dispatchEvent(event: unknown): void;
}
declare const document: PageElement;
declare const WheelEvent: new (type: string, init: object) => unknown;
declare const MutationObserver: new (
  callback: (records: { target: PageElement & { nodeType: number } }[]) => void,
) => { observe(target: unknown, options: object): void };
declare const requestAnimationFrame: (callback: () => void) => void;
declare const azmlinfsrvRecord: PageRecord;

/** The TypeScript runner wraps named functions in a helper that the page does not have. */
export const PAGE_PRELUDE = "globalThis.__name = (target) => target;";

/** Toasts vanish and a second stop at the same line looks like the first: so both are recorded. */
export function startRecording(): void {
  const record: PageRecord = {
    notifications: [],
    stops: [],
    yellowLine: { shown: false, vanished: 0, at: 0 },
    sessionsStarted: 0,
    variablesRefreshed: 0,
  };
  (globalThis as { azmlinfsrvRecord?: PageRecord }).azmlinfsrvRecord = record;
  const known = new Set<string>();
  // Per toast: the same message may come again, while the list behind the bell only repeats.
  const shownBy = new WeakMap<PageElement, string>();
  const noteNotifications = () => {
    for (const item of document.querySelectorAll(".notification-list-item")) {
      const icon = item.querySelector(".notification-list-item-icon")?.className ?? "";
      const message = item.querySelector(".notification-list-item-message")?.textContent ?? "";
      const buttons = item.querySelectorAll(".notification-list-item-buttons-container a");
      const notification = {
        message,
        severity: /codicon-(error|warning|info)/.exec(icon)?.[1] ?? "info",
        actions: Array.from(buttons, (button) => button.textContent ?? ""),
      };
      const key = JSON.stringify(notification);
      const toast = item.closest(".notification-toast");
      const repeated = toast ? shownBy.get(toast) === key : known.has(key);
      if (message !== "" && !repeated) {
        known.add(key);
        if (toast) shownBy.set(toast, key);
        record.notifications.push(notification);
      }
    }
  };
  const observer = new MutationObserver((mutations) => {
    const places = mutations.map(({ target }) =>
      target.nodeType === 1 ? target : target.parentElement,
    );
    const announcements = new Set<PageElement>();
    for (const place of places) {
      const announcement = place?.closest(".monaco-alert, .monaco-status");
      if (announcement) announcements.add(announcement);
    }
    for (const announcement of announcements) {
      const text = announcement.textContent ?? "";
      if (text.includes("debugging paused")) record.stops.push({ at: Date.now(), text });
      if (text.includes("Debugging started")) record.sessionsStarted++;
    }
    const shown = document.querySelector(".debug-top-stack-frame-line") !== null;
    if (shown !== record.yellowLine.shown) {
      record.yellowLine.shown = shown;
      if (shown) record.yellowLine.at = Date.now();
      else record.yellowLine.vanished++;
    }
    if (places.some((place) => place?.closest(".debug-variables .monaco-list-rows"))) {
      record.variablesRefreshed = Date.now();
    }
    if (places.some((place) => place?.closest(".notifications-toasts, .notifications-center"))) {
      noteNotifications();
    }
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
}

export function readRecord(): PageRecord {
  return azmlinfsrvRecord;
}

/** VS Code's lists keep only the visible rows in the page, so they are scrolled through once. */
export async function readList(options: {
  list: string;
  parts: Record<string, string>;
}): Promise<Row[] | undefined> {
  const list = document.querySelector(options.list);
  const surface = list?.querySelector(".monaco-scrollable-element");
  const content = list?.querySelector(".monaco-list-rows");
  if (!list || !surface || !content) return undefined;
  const rows = new Map<number, Row>();
  const offset = () => Number.parseFloat(content.style.top || "0");
  const frame = () => new Promise<void>((resolve) => requestAnimationFrame(resolve));
  const collect = () => {
    for (const row of list.querySelectorAll(".monaco-list-row")) {
      const expanded = row.getAttribute("aria-expanded");
      const parts = Object.entries(options.parts).map(([name, selector]) => [
        name,
        row.querySelector(selector)?.textContent ?? undefined,
      ]);
      const index = Number(row.getAttribute("data-index"));
      rows.set(index, {
        index,
        level: Number(row.getAttribute("aria-level") ?? 1),
        label: row.getAttribute("aria-label") ?? "",
        expanded: expanded === null ? undefined : expanded === "true",
        selected: row.getAttribute("aria-selected") === "true",
        parts: Object.fromEntries(parts) as Row["parts"],
      });
    }
  };
  const scroll = async (pixels: number) => {
    const before = offset();
    // One notch of a wheel is 120 units and moves a list by 50 pixels.
    const deltaY = (pixels / 50) * 120;
    // Chromium gives a made-up event a wheelDeltaY of the wrong sign, and VS Code believes that one.
    const wheel = { deltaY, wheelDeltaY: -deltaY, bubbles: true, cancelable: true };
    surface.dispatchEvent(new WheelEvent("wheel", wheel));
    for (let frames = 0; frames < 6 && offset() === before; frames++) await frame();
    return offset() !== before;
  };
  // The attribute for the last row goes stale when rows are added; the heights do not.
  const height = () => Number.parseFloat(content.style.height);
  const atEnd = () => height() + offset() <= list.clientHeight + 1;
  if (offset() < 0) await scroll(-1e7);
  collect();
  const page = Math.max(list.clientHeight * 0.7, 20);
  while (!atEnd() && (await scroll(page))) collect();
  return [...rows.values()].sort((a, b) => a.index - b.index);
}

/** Where the yellow line of the innermost paused frame is shown. */
export function readStopDecoration(): { uri: string; line: number } | undefined {
  for (const editor of document.querySelectorAll(".monaco-editor[data-uri]")) {
    const mark =
      editor.querySelector(".view-overlays .debug-top-stack-frame-line")?.parentElement ??
      editor.querySelector(".debug-top-stack-frame-column")?.closest(".view-line");
    if (!mark) continue;
    for (const number of editor.querySelectorAll(".margin-view-overlays .line-numbers")) {
      if (number.parentElement?.style.top === mark.style.top) {
        return { uri: editor.getAttribute("data-uri") ?? "", line: Number(number.textContent) };
      }
    }
  }
  return undefined;
}

/** Lines of the active editor that carry a breakpoint. */
export function readBreakpointLines(): number[] {
  const editor = document.querySelector(".editor-group-container.active .monaco-editor[data-uri]");
  if (!editor) return [];
  const lines: number[] = [];
  const glyphs = editor.querySelectorAll(".cgmr[class*='codicon-debug-breakpoint']");
  const tops = new Set(Array.from(glyphs, (glyph) => glyph.style.top));
  for (const number of editor.querySelectorAll(".margin-view-overlays .line-numbers")) {
    if (tops.has(number.parentElement?.style.top ?? "")) lines.push(Number(number.textContent));
  }
  return lines;
}
