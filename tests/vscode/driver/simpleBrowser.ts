/** The page that VS Code's Simple Browser shows: a frame within the frame of a webview. */
import type { Frame, Page } from "playwright-core";
import { until } from "./poll";

export function simpleBrowserFrame(page: Page, path: string, timeout = 60_000): Promise<Frame> {
  return until(
    `a page ${path} in the Simple Browser`,
    async () => {
      const frames = page.frames();
      const found = frames.find((frame) => pathOf(frame.url()).endsWith(path));
      return found ? { found } : { seen: frames.map((frame) => frame.url()) };
    },
    timeout,
  );
}

/** A frame that has just been made has no address yet. */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : "";
}
