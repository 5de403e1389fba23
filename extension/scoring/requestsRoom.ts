import * as path from "node:path";
import * as vscode from "vscode";
import type { ServerDirectory } from "../common/serverDirectory";
import { showProblem } from "../common/showProblem";
import { AnswerEditors } from "./answers/answerEditors";
import { AnswerLenses } from "./answers/answerLenses";
import { type Ask, explain, notifyFailure } from "./answers/explain";
import { registerCopyCommands } from "./copying/copyCommands";
import { ChosenRequest, type CommandTarget } from "./requestFiles/chosenRequest";
import { createSample } from "./requestFiles/newSample";
import { isRequestFile, type RequestRef } from "./requestFiles/requestRef";
import { WorkspaceRequests } from "./requestFiles/workspaceRequests";
import { type ScriptFinder, WorkspaceScripts } from "./requestFiles/workspaceScripts";
import { isFailure } from "./sending/answer";
import { OtherHosts } from "./sending/otherHosts";
import { type How, RequestSender } from "./sending/requestSender";
import { Results } from "./sending/results";
import { CurrentRequests } from "./view/currentRequests";
import { HttpDocuments } from "./view/httpDocuments";
import { ReloadLoop } from "./view/reloadLoop";
import { RequestsView } from "./view/requestsView";

export interface RoomParts {
  readonly directory: ServerDirectory;
  readonly finder: ScriptFinder;
  readonly ask: Ask;
}

/** Sample requests to a running server, and their answers. */
export function registerRequests(
  context: vscode.ExtensionContext,
  { directory, finder, ask }: RoomParts,
): vscode.Disposable {
  const state = context.workspaceState;
  const results = new Results();
  const scripts = new WorkspaceScripts(finder);
  const requests = new WorkspaceRequests();
  const current = new CurrentRequests(state);
  const editors = new AnswerEditors(context.storageUri ?? context.globalStorageUri);
  const sender = new RequestSender({
    ...{ directory, scripts, results, otherHosts: new OtherHosts(state) },
    mayReload: () => loop.isOn,
    explain: (script, exchange) => explain(ask, script, exchange),
    show: async (exchange, how) => {
      const { script, ref } = exchange;
      await (script !== undefined && current.set(script, ref));
      await editors.show(exchange);
      if (isFailure(exchange.answer) && !how.isAutomatic) {
        void notifyFailure(exchange);
      }
    },
  });
  const send = (ref: RequestRef, how: How = {}): Promise<void> => sender.send(ref, how);
  const loop = new ReloadLoop(directory, current, state, (ref, script, isAutomatic) =>
    send(ref, { script, isAutomatic }),
  );
  const newSample = async (script: string): Promise<RequestRef | undefined> =>
    createSample(ask, script).catch(async (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      await showProblem({ message, actions: [] });
      return undefined;
    });
  const chosen = new ChosenRequest({ requests, scripts, current, newSample });
  return vscode.Disposable.from(
    ...[results, scripts, requests, editors, sender, loop, new HttpDocuments()],
    new RequestsView({ requests, scripts, results }),
    new AnswerLenses(editors, results, ({ ref, script }) => send(ref, { script })),
    followState(results),
    registerCopyCommands(chosen, scripts, directory),
    vscode.commands.registerCommand("azmlinfsrv.sendRequest", async (target: CommandTarget) => {
      const found = await chosen.find(target);
      await (found && send(found.ref, { script: found.script }));
    }),
    vscode.commands.registerCommand("azmlinfsrv.cancelRequest", (target: CommandTarget) =>
      sender.cancel(chosen.refOf(target)),
    ),
    vscode.commands.registerCommand("azmlinfsrv.newRequest", async (target: CommandTarget) => {
      const script = await chosen.script(target);
      const ref = script === undefined ? undefined : await newSample(script);
      await (ref && vscode.window.showTextDocument(vscode.Uri.file(ref.file)));
    }),
    vscode.commands.registerCommand("azmlinfsrv.showAnswer", async (target: CommandTarget) => {
      const ref = chosen.refOf(target);
      const result = ref && results.result(ref);
      await (result?.kind === "answered" && editors.show(result.exchange));
    }),
  );
}

/** The context keys on which keys and menus depend. */
function followState(results: Results): vscode.Disposable {
  const set = (key: string, value: boolean): void =>
    void vscode.commands.executeCommand("setContext", `azmlinfsrv.${key}`, value);
  const followEditor = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const isFile = uri?.scheme === "file" && path.isAbsolute(uri.fsPath);
    set("isRequestFile", isFile && isRequestFile(uri.fsPath));
  };
  followEditor();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(followEditor),
    results.onDidChange(() => set("isSending", results.isSending)),
  );
}
