import type { RecordedNotification } from "./pageScripts";
import { matches } from "./poll";
import { appears, type Surface } from "./surface";

const ITEM = ".notification-list-item";

export class Notifications {
  private forgotten = 0;

  constructor(private readonly surface: Surface) {}

  /** All that were shown since the window opened, also those that have vanished since. */
  async all(): Promise<RecordedNotification[]> {
    return (await this.surface.record()).notifications.slice(this.forgotten);
  }

  /** Those that tell something; how a task gets on, which can be called off, is no message. */
  async messages(): Promise<RecordedNotification[]> {
    return (await this.all()).filter(({ actions }) => actions.join() !== "Cancel");
  }

  /** Before waiting for a message that was already shown once. */
  async forget(): Promise<void> {
    this.forgotten = (await this.surface.record()).notifications.length;
  }

  waitFor(pattern: string | RegExp, timeout?: number): Promise<RecordedNotification> {
    return this.surface.until(
      `a notification matching ${pattern}`,
      async () => {
        const seen = await this.all();
        const found = seen.find(({ message }) => matches(pattern, message));
        return found === undefined ? { seen } : { found };
      },
      timeout,
    );
  }

  async click(pattern: string | RegExp, action: string): Promise<void> {
    await this.waitFor(pattern);
    const { page } = this.surface;
    const item = page.locator(ITEM).filter({
      has: page.locator(".notification-list-item-message", { hasText: pattern }),
    });
    await this.surface.until(`the action "${action}" of the notification ${pattern}`, async () => {
      const button = item.first().getByRole("button", { name: action, exact: true });
      if (await button.isVisible()) {
        return (await this.surface.click(button))
          ? { found: true }
          : { seen: "the button moved while clicking" };
      }
      // A toast that has timed out lives on behind the bell.
      if (!(await this.surface.isVisible(".notifications-center"))) {
        await this.surface.click("#status\\.notifications");
      }
      await item
        .first()
        .hover({ timeout: 1_000 })
        .catch(() => undefined);
      return (await appears(button, 500)) ? { seen: "just shown" } : { seen: await this.all() };
    });
  }
}
