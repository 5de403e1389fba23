import * as vscode from "vscode";
import { onDidChangeMicrosoftPython } from "./microsoftPython";

/** Fires when another interpreter may be the one that runs entry scripts. */
export class InterpreterChanges implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  private readonly subscriptions = [
    this.emitter,
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("azmlinfsrv.pythonPath")) {
        this.emitter.fire();
      }
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => this.emitter.fire()),
  ];

  constructor() {
    void onDidChangeMicrosoftPython(() => this.emitter.fire()).then((subscription) => {
      this.subscriptions.push(subscription);
    });
  }

  get event(): vscode.Event<void> {
    return this.emitter.event;
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
  }
}
