import * as path from "node:path";
import * as vscode from "vscode";
import { log } from "../../common/log";
import type { KnownServer, ServerDirectory } from "../../common/serverDirectory";
import { showProblem } from "../../common/showProblem";
import { type LoadedRequest, loadRequest, nameOf } from "../requestFiles/loadRequest";
import { keyOf, type RequestRef } from "../requestFiles/requestRef";
import { readAsShown } from "../requestFiles/workspaceRequests";
import type { WorkspaceScripts } from "../requestFiles/workspaceScripts";
import { type Answer, isFailure, type NoAnswer } from "./answer";
import type { Exchange, Explanation } from "./exchange";
import type { OtherHosts } from "./otherHosts";
import { resolveRequest } from "./resolve";
import type { ResolvedRequest } from "./resolvedRequest";
import type { Results } from "./results";
import { send } from "./send";
import { type Target, targetOf } from "./target";
import { showWhile } from "./waiting";
import { answerInWords, noAnswerInFull, progressInWords } from "./words";

export interface SenderParts {
  readonly directory: ServerDirectory;
  readonly scripts: WorkspaceScripts;
  readonly results: Results;
  readonly otherHosts: OtherHosts;
  /** Whether a server that has to be started shall load the script anew when it is saved. */
  mayReload(): boolean;
  explain(
    script: string,
    exchange: Omit<Exchange, "explanation">,
  ): Promise<Explanation | undefined>;
  show(exchange: Exchange, how: How): Promise<void>;
}

export interface How {
  /** The script to send it to, where that is known already. */
  readonly script?: string | undefined;
  /** Sent by itself: a failure is shown with the answer, without a notification. */
  readonly isAutomatic?: boolean;
}

const NO_ANSWER_MESSAGE_MS = 5_000;

/** Sends requests, one of each at a time. */
export class RequestSender implements vscode.Disposable {
  private readonly running = new Map<string, AbortController>();

  constructor(private readonly parts: SenderParts) {}

  async send(ref: RequestRef, how: How = {}): Promise<void> {
    if (!vscode.workspace.isTrusted) {
      await showProblem({
        message: vscode.l10n.t("This workspace is not trusted: no requests are sent from it."),
        actions: [{ kind: "manageTrust" }],
      });
      return;
    }
    const loaded = await this.load(ref);
    if (!loaded) {
      return;
    }
    // The same request on its way already would only be in the way of the new one.
    this.cancel(ref);
    const key = keyOf(ref);
    const cancel = new AbortController();
    this.running.set(key, cancel);
    try {
      await this.sendLoaded(ref, loaded, how, cancel);
    } catch (error) {
      log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      await showProblem({
        message: vscode.l10n.t(
          "The request could not be made: {0}",
          error instanceof Error ? error.message : String(error),
        ),
        actions: [{ kind: "openFile", file: ref.file, line: loaded.description.line + 1 }],
      });
    } finally {
      if (this.running.get(key) === cancel) {
        this.running.delete(key);
        this.parts.results.setProgress(ref, undefined);
      }
    }
  }

  /** Cancel one request, or all that are on their way. */
  cancel(ref?: RequestRef): void {
    if (ref) {
      this.running.get(keyOf(ref))?.abort();
      return;
    }
    for (const cancel of this.running.values()) {
      cancel.abort();
    }
  }

  dispose(): void {
    this.cancel();
  }

  private async load(ref: RequestRef): Promise<LoadedRequest | undefined> {
    const loaded = await loadRequest(ref, readAsShown).catch(() => undefined);
    const problem = loaded ? loaded.description.problem : undefined;
    if (loaded && !problem) {
      return loaded;
    }
    await showProblem({
      message:
        problem?.message ?? vscode.l10n.t("{0} holds no such request.", path.basename(ref.file)),
      actions: [{ kind: "openFile", file: ref.file, line: (problem?.line ?? 0) + 1 }],
    });
    return undefined;
  }

  private async sendLoaded(
    ref: RequestRef,
    { description, variables }: LoadedRequest,
    how: How,
    cancel: AbortController,
  ): Promise<void> {
    const target = targetOf(description.target, description.headers);
    if (target.kind === "wrong") {
      throw new Error(target.message);
    }
    const place = await this.placeOf(ref, target, how, cancel);
    if (!place || cancel.signal.aborted) {
      return;
    }
    const request = await resolveRequest(description, place.url, {
      folder: path.dirname(ref.file),
      variables,
      read: readAsShown,
    });
    const name = nameOf(ref, description);
    const outcome = await this.transmit(ref, name, place, request, cancel);
    if (this.running.get(keyOf(ref)) !== cancel) {
      // Another sending of the same request has taken this one's place.
      return;
    }
    if ("kind" in outcome) {
      await this.reportNoAnswer(ref, how, place, outcome);
      return;
    }
    const { script } = place;
    const asked = { ref, name, script, request, answer: outcome };
    const explanation =
      script !== undefined && isFailure(outcome)
        ? await this.parts.explain(script, asked)
        : undefined;
    const exchange = { ...asked, explanation };
    this.parts.results.setResult(ref, { kind: "answered", exchange });
    log.info(`${request.method} ${request.url.href}: ${answerInWords(outcome)}`);
    await this.parts.show(exchange, how);
  }

  /** Where a request goes; undefined when the user gave up, or has been told why it goes nowhere. */
  private async placeOf(
    ref: RequestRef,
    target: Exclude<Target, { kind: "wrong" }>,
    how: How,
    cancel: AbortController,
  ): Promise<
    { url: URL; script: string | undefined; server: KnownServer | undefined } | undefined
  > {
    if (target.kind === "address") {
      const { url } = target;
      const mayGo = await this.parts.otherHosts.mayReceive(url);
      return mayGo ? { url, script: undefined, server: undefined } : undefined;
    }
    const script = how.script ?? (await this.parts.scripts.chooseFor(ref.file));
    if (script === undefined) {
      await this.reportNoScript();
      return undefined;
    }
    this.parts.results.setProgress(ref, { kind: "starting" });
    const server = await this.serverOf(script, cancel);
    return server && { url: new URL(target.path, server.url), script, server };
  }

  private async serverOf(
    script: string,
    cancel: AbortController,
  ): Promise<KnownServer | undefined> {
    const source = new vscode.CancellationTokenSource();
    cancel.signal.addEventListener("abort", () => source.cancel());
    const server = await this.parts.directory.ensureServer(script, source.token, {
      reload: this.parts.mayReload(),
    });
    source.dispose();
    if (server && "message" in server) {
      await showProblem(server);
      return undefined;
    }
    return server;
  }

  private async transmit(
    ref: RequestRef,
    name: string,
    { script, server }: { script: string | undefined; server: KnownServer | undefined },
    request: ResolvedRequest,
    cancel: AbortController,
  ): Promise<Answer | NoAnswer> {
    const { directory, results } = this.parts;
    let received = 0;
    const update = (): void => {
      const now = directory.servers.find(({ pid }) => pid === server?.pid);
      const isPaused = now?.state === "paused";
      results.setProgress(ref, isPaused ? { kind: "paused" } : { kind: "sending", received });
    };
    update();
    const watching = directory.onDidChange(update);
    try {
      return await showWhile(
        send(request, cancel.signal, (bytes) => {
          // Each megabyte is news enough.
          const isNews = Math.floor(bytes / 1e6) > Math.floor(received / 1e6);
          received = bytes;
          if (isNews) {
            update();
          }
        }),
        script === undefined
          ? vscode.l10n.t("{0} to {1}", name, request.url.host)
          : vscode.l10n.t("{0} to {1}", name, path.basename(script)),
        {
          read: () =>
            progressInWords(results.progress(ref) ?? { kind: "sending", received }, script),
          onDidChange: results.onDidChange,
        },
        () => cancel.abort(),
      );
    } finally {
      watching.dispose();
    }
  }

  private async reportNoAnswer(
    ref: RequestRef,
    how: How,
    { url, script }: { url: URL; script: string | undefined },
    reason: NoAnswer,
  ): Promise<void> {
    this.parts.results.setResult(ref, { kind: "noAnswer", reason });
    if (reason.kind === "cancelled") {
      vscode.window.setStatusBarMessage(
        `$(circle-slash) ${vscode.l10n.t("Request cancelled")}`,
        NO_ANSWER_MESSAGE_MS,
      );
      return;
    }
    const again =
      script !== undefined && reason.kind !== "tooLarge"
        ? vscode.l10n.t("Start It and Send Again")
        : vscode.l10n.t("Send Again");
    const showLog = vscode.l10n.t("Show Debug Console");
    const actions = reason.kind === "ended" && script !== undefined ? [again, showLog] : [again];
    const message = noAnswerInFull(reason, url);
    log.warn(message);
    const chosen = await vscode.window.showWarningMessage(message, ...actions);
    if (chosen === again) {
      // Not waited for: this request is over.
      void this.send(ref, how);
    } else if (chosen === showLog) {
      await vscode.commands.executeCommand("workbench.debug.action.focusRepl");
    }
  }

  private async reportNoScript(): Promise<void> {
    if ((await this.parts.scripts.all()).length > 0) {
      return;
    }
    const create = vscode.l10n.t("New Entry Script");
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        "No entry script answers requests here: none of the Python files in this workspace defines init() and run().",
      ),
      create,
    );
    if (chosen === create) {
      await vscode.commands.executeCommand("azmlinfsrv.newEntryScript");
    }
  }
}
