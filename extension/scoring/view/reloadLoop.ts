import * as path from "node:path";
import * as vscode from "vscode";
import type { ServerDirectory } from "../../common/serverDirectory";
import { showProblem } from "../../common/showProblem";
import type { RequestRef } from "../requestFiles/requestRef";
import type { CurrentRequests } from "./currentRequests";

const KEY = "azmlinfsrv.sendOnReload";
const RELOAD = "--reload";

/** Save → reload → answer: the last request is sent again when its script has been loaded anew. */
export class ReloadLoop implements vscode.Disposable {
  private readonly registration: vscode.Disposable;
  private readonly sessions = new Map<string, vscode.DebugSession>();

  constructor(
    private readonly directory: ServerDirectory,
    private readonly current: CurrentRequests,
    private readonly state: vscode.Memento,
    private readonly send: (ref: RequestRef, script: string, isAutomatic: boolean) => Promise<void>,
  ) {
    this.publish();
    this.registration = vscode.Disposable.from(
      directory.onDidReload((script) => void this.sendAgain(script)),
      vscode.debug.onDidStartDebugSession((session) => this.sessions.set(session.id, session)),
      vscode.debug.onDidTerminateDebugSession(({ id }) => this.sessions.delete(id)),
      vscode.commands.registerCommand("azmlinfsrv.enableSendOnReload", () => this.set(true)),
      vscode.commands.registerCommand("azmlinfsrv.disableSendOnReload", () => this.set(false)),
    );
  }

  get isOn(): boolean {
    return this.state.get<boolean>(KEY, false);
  }

  dispose(): void {
    this.registration.dispose();
  }

  private async set(isOn: boolean): Promise<void> {
    await this.state.update(KEY, isOn);
    this.publish();
    if (isOn) {
      await this.offerReload();
    }
  }

  private publish(): void {
    void vscode.commands.executeCommand("setContext", KEY, this.isOn);
  }

  private async sendAgain(script: string): Promise<void> {
    const ref = this.current.of(script);
    if (this.isOn && ref) {
      await this.send(ref, script, true);
    }
  }

  /** With the last request, or for the next one. */
  private async startAnew(script: string): Promise<void> {
    const ref = this.current.of(script);
    if (ref) {
      await this.send(ref, script, false);
      return;
    }
    const source = new vscode.CancellationTokenSource();
    const server = await this.directory.ensureServer(script, source.token, { reload: true });
    source.dispose();
    if (server && "message" in server) {
      await showProblem(server);
    }
  }

  /** A server that was started without --reload never loads anything anew. */
  private async offerReload(): Promise<void> {
    for (const { sessionId, entryScript } of this.directory.servers) {
      const session = this.sessions.get(sessionId ?? "");
      const { request, args } = (session?.configuration ?? {}) as Record<string, unknown>;
      if (!session || request !== "launch" || !Array.isArray(args) || args.includes(RELOAD)) {
        continue;
      }
      const restart = vscode.l10n.t("Restart It with Reload");
      const chosen = await vscode.window.showInformationMessage(
        vscode.l10n.t(
          "The server of {0} was started without reload: it does not notice when the script is saved.",
          path.basename(entryScript),
        ),
        restart,
      );
      if (chosen === restart) {
        await endOf(session);
        await this.startAnew(entryScript);
      }
    }
  }
}

/** Stop a session. VS Code says so before the server has ended, and it would be taken for one that runs. */
async function endOf(session: vscode.DebugSession): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    const listening = vscode.debug.onDidTerminateDebugSession(({ id }) => {
      if (id === session.id) {
        listening.dispose();
        // After all others have heard of it.
        setImmediate(resolve);
      }
    });
  });
  await vscode.debug.stopDebugging(session);
  await ended;
}
