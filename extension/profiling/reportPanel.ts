import * as vscode from "vscode";

/** Show a report beside nothing else: it is a page, and brings its own content security policy. */
export function showReport(title: string, html: string): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(
    "azmlinfsrv.profile",
    title,
    vscode.ViewColumn.Active,
    { enableScripts: false, enableForms: false, enableFindWidget: true, localResourceRoots: [] },
  );
  panel.webview.html = html;
  return panel;
}
