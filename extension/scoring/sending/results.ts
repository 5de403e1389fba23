import * as vscode from "vscode";
import { keyOf, type RequestRef } from "../requestFiles/requestRef";
import type { Progress, Result } from "./exchange";

/** What became of each request, as long as the window is open. */
export class Results implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<RequestRef>();
  readonly onDidChange = this.changed.event;
  private readonly results = new Map<string, Result>();
  private readonly running = new Map<string, Progress>();

  result(ref: RequestRef): Result | undefined {
    return this.results.get(keyOf(ref));
  }

  progress(ref: RequestRef): Progress | undefined {
    return this.running.get(keyOf(ref));
  }

  get isSending(): boolean {
    return this.running.size > 0;
  }

  setProgress(ref: RequestRef, progress: Progress | undefined): void {
    if (progress) {
      this.running.set(keyOf(ref), progress);
    } else {
      this.running.delete(keyOf(ref));
    }
    this.changed.fire(ref);
  }

  setResult(ref: RequestRef, result: Result): void {
    this.results.set(keyOf(ref), result);
    this.changed.fire(ref);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
