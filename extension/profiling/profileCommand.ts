import * as path from "node:path";
import * as vscode from "vscode";
import type { ScriptFacts, ScriptPython } from "../common/interpreter";
import type { Problem } from "../common/problem";
import { showProblem } from "../common/showProblem";
import { type ProfileOutcome, type ProfileRequest, runProfile } from "./profileRun";
import { showReport } from "./reportPanel";
import { samplesOf } from "./samples";

/** The command "Profile Entry Script". */
export function registerProfiling(python: ScriptPython): vscode.Disposable {
  const running = new Set<AbortController>();
  const command = vscode.commands.registerCommand("azmlinfsrv.profile", (uri?: unknown) =>
    profile(python, uri instanceof vscode.Uri ? uri : undefined, running),
  );
  const endAll = new vscode.Disposable(() => {
    for (const controller of running) {
      controller.abort();
    }
  });
  return vscode.Disposable.from(command, endAll);
}

async function profile(
  python: ScriptPython,
  uri: vscode.Uri | undefined,
  running: Set<AbortController>,
): Promise<void> {
  const request = await prepare(python, uri);
  if (request === undefined) {
    return;
  }
  if ("message" in request) {
    void showProblem(request);
    return;
  }
  const controller = new AbortController();
  running.add(controller);
  try {
    const name = path.basename(request.script);
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t("Profiling {0}", name),
        cancellable: true,
      },
      (progress, cancellation) => {
        cancellation.onCancellationRequested(() => controller.abort());
        let shown = 0;
        const tell = (percent: number, message: string) => {
          const increment = Math.max(0, percent - shown);
          shown += increment;
          progress.report({ increment, message: `${percent} %, ${message}` });
        };
        return runProfile(request, tell, controller.signal);
      },
    );
    await show(name, outcome);
  } finally {
    running.delete(controller);
  }
}

/** What is to be run; undefined when the user gave up. */
async function prepare(
  python: ScriptPython,
  uri: vscode.Uri | undefined,
): Promise<ProfileRequest | Problem | undefined> {
  const active = vscode.window.activeTextEditor?.document;
  const named = uri ?? (active?.languageId === "python" ? active.uri : undefined);
  const folder =
    (named && vscode.workspace.getWorkspaceFolder(named)) ?? vscode.workspace.workspaceFolders?.[0];
  const root = folder?.uri.fsPath ?? (named && path.dirname(named.fsPath));
  if (root === undefined) {
    return {
      message: vscode.l10n.t("No entry script is open."),
      actions: [{ kind: "openFolder" }],
    };
  }
  const interpreter = await python.interpreter(undefined, folder?.uri.fsPath);
  if ("message" in interpreter) {
    return interpreter;
  }
  const { executable, activation } = interpreter;
  const scriptsAt = (place: string) =>
    python.findScripts(executable, { path: place, root, modelDir: undefined, env: activation });
  let found = await scriptsAt(named?.fsPath ?? root);
  if (uri === undefined && !("message" in found) && !found.some((each) => each.isEntryScript)) {
    // A module of the script, or its training, is in the editor.
    found = await scriptsAt(root);
  }
  if ("message" in found) {
    return found;
  }
  const script = await chosenScript(
    found.filter((each) => each.isEntryScript),
    root,
  );
  if (script === undefined || "message" in script) {
    return script;
  }
  const samples = await chosenSamples(await samplesOf(script.path, root), root);
  if (samples === undefined) {
    return undefined;
  }
  // What is measured is what the editor shows.
  await vscode.workspace.saveAll(false);
  return {
    executable,
    bootstrap: python.bootstrap,
    script: script.path,
    modelDir: script.modelDir,
    samples,
    cwd: root,
    env: { ...process.env, ...activation },
  };
}

async function chosenScript(
  scripts: readonly ScriptFacts[],
  root: string,
): Promise<ScriptFacts | Problem | undefined> {
  if (scripts.length === 0) {
    const message = vscode.l10n.t(
      "There is no entry script here: a file that defines {0} and {1}.",
      "init()",
      "run()",
    );
    return { message, actions: [] };
  }
  if (scripts.length === 1) {
    return scripts[0];
  }
  const items = scripts.map((script) => ({ label: path.relative(root, script.path), script }));
  const placeHolder = vscode.l10n.t("Which entry script is to be profiled?");
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.script;
}

/** The requests to send: the only one, or those that the user picks; undefined: gave up. */
async function chosenSamples(
  samples: readonly string[],
  root: string,
): Promise<readonly string[] | undefined> {
  if (samples.length <= 1) {
    return samples;
  }
  const items = samples.map((file, index) => ({
    label: path.relative(root, file),
    picked: index === 0,
    file,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: vscode.l10n.t("Which requests are to be sent? Several take turns."),
  });
  return picked === undefined || picked.length === 0 ? undefined : picked.map(({ file }) => file);
}

async function show(name: string, outcome: ProfileOutcome): Promise<void> {
  switch (outcome.kind) {
    case "cancelled":
      return;
    case "failed":
      await showProblem({ message: outcome.reason, actions: [{ kind: "showLog" }] });
      return;
    case "measured": {
      const { result, json, html } = outcome;
      showReport(vscode.l10n.t("Profile of {0}", name), html);
      const openJson = vscode.l10n.t("Open JSON");
      const chosen = result.error
        ? await vscode.window.showWarningMessage(
            vscode.l10n.t(
              "Requests failed while {0} was profiled: {1}",
              name,
              result.error.message,
            ),
            openJson,
          )
        : await vscode.window.showInformationMessage(
            vscode.l10n.t(
              "{0}: {1} requests a second, median latency {2} ms.",
              name,
              result.measuredQueriesPerSecond?.toFixed(0) ?? "0",
              result.latencyPercentile50InMs?.toFixed(2) ?? "–",
            ),
            openJson,
          );
      if (chosen === openJson) {
        const document = await vscode.workspace.openTextDocument({
          language: "json",
          content: json,
        });
        await vscode.window.showTextDocument(document);
      }
    }
  }
}
