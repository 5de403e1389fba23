import * as vscode from "vscode";

/** The extension's own log: Output panel, channel "Azure ML Entry Script". */
export const log = vscode.window.createOutputChannel("Azure ML Entry Script", { log: true });
