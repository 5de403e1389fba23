import * as vscode from "vscode";

/** Most answers come sooner: a notification that only flashes up would tell nobody anything. */
const SHOWN_AFTER_MS = 700;

/** Show a notification with Cancel while something takes long; `message` is asked when it changes. */
export async function showWhile<T>(
  work: Promise<T>,
  title: string,
  message: { read(): string; readonly onDidChange: vscode.Event<unknown> },
  cancel: () => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const isLong = new Promise<true>((resolve) => {
    timer = setTimeout(() => resolve(true), SHOWN_AFTER_MS);
  });
  const done = work.then(
    () => false as const,
    () => false as const,
  );
  const shown = await Promise.race([done, isLong]);
  clearTimeout(timer);
  if (shown) {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(options, async (progress, token) => {
      const report = (): void => progress.report({ message: message.read() });
      const subscriptions = vscode.Disposable.from(
        token.onCancellationRequested(cancel),
        message.onDidChange(report),
      );
      report();
      await done;
      subscriptions.dispose();
    });
  }
  return work;
}
