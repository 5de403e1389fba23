import * as vscode from "vscode";
import type { Problem } from "../common/problem";
import { showProblem } from "../common/showProblem";
import type { Servers } from "./directory";
import { rowTexts } from "./rowTexts";
import type { ServerEntry } from "./serverEntry";
import { abilities, iconOf } from "./serverItem";
import { ACTIONS_COMMAND } from "./statusItem";

const DEBUG_TYPE = "azmlinfsrv";
const VIEW = "azmlinfsrv.servers";

/** What the actions have done elsewhere. */
export interface ActionParts {
  /** Stop a server that no session of this window has launched, and wait for its end. */
  stop(pid: number): Promise<Problem | undefined>;
}

/** What a command is about: an item of the view, a process, or the id of a session. */
type Argument = { readonly server: ServerEntry } | number | string | undefined;

/** The commands of the running servers. */
export class ServerActions implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;
  /** The sessions that are being restarted: a second click means the same. */
  private readonly restarting = new Set<string>();

  constructor(
    private readonly directory: Servers,
    private readonly parts: ActionParts,
  ) {
    const command = (
      name: string,
      ability: string,
      act: (server: ServerEntry) => unknown,
    ): vscode.Disposable =>
      vscode.commands.registerCommand(`azmlinfsrv.${name}`, async (argument: Argument) => {
        const server = this.find(argument) ?? (await this.choose(argument, ability));
        if (server) {
          await act(server);
        }
      });
    this.subscriptions = vscode.Disposable.from(
      command("attachServer", "attachable", (server) => this.attach(server)),
      command("stopServer", "running", (server) => this.stop(server)),
      command("restartServer", "restartable", (server) => this.restart(server)),
      command("dismissServer", "failed", (server) => this.dismiss(server)),
      vscode.commands.registerCommand(ACTIONS_COMMAND, (argument: Argument) =>
        this.offer(argument),
      ),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async attach(server: ServerEntry): Promise<void> {
    const configuration = { type: DEBUG_TYPE, request: "attach", name: "" };
    const folder =
      vscode.workspace.getWorkspaceFolder(vscode.Uri.file(server.entryScript)) ??
      vscode.workspace.workspaceFolders?.[0];
    await vscode.debug.startDebugging(folder, { ...configuration, processId: server.pid });
  }

  private stop(server: ServerEntry): Promise<void> {
    const stop = () => this.stopNow(server);
    return this.directory.sessions.whileStopping(server.pid, stop);
  }

  private async stopNow(server: ServerEntry): Promise<void> {
    const session = this.directory.sessions.session(server.sessionId);
    if (session) {
      // A server that is attached to goes on without its debugger, so one at a breakpoint can end.
      await vscode.debug.stopDebugging(session);
    }
    if (!server.isLaunched) {
      const problem = await vscode.window.withProgress({ location: { viewId: VIEW } }, () =>
        this.parts.stop(server.pid),
      );
      if (problem) {
        void showProblem(problem);
      } else {
        this.directory.forget(server.pid);
      }
    }
  }

  private async restart(server: ServerEntry): Promise<void> {
    const session = this.directory.sessions.session(server.sessionId);
    if (session && !this.restarting.has(session.id)) {
      this.restarting.add(session.id);
      // The debugger's own command; its second argument says which session is meant.
      const which = { sessionId: session.id };
      await vscode.commands
        .executeCommand("workbench.action.debug.restart", undefined, which)
        .then(undefined, showFailure);
      this.restarting.delete(session.id);
    } else if (!session) {
      await this.directory.start(server.entryScript, { reload: false });
    }
  }

  private dismiss({ sessionId }: ServerEntry): void {
    if (sessionId !== undefined) {
      this.directory.sessions.dismiss(sessionId);
    }
  }

  /** The actions of the server in the status bar. */
  private async offer(argument: Argument): Promise<void> {
    const server = this.find(argument);
    if (!server) {
      return;
    }
    const can = new Set(abilities(server));
    const action = (icon: string, label: string, command: string) => ({
      label: `$(${icon}) ${label}`,
      command: `azmlinfsrv.${command}`,
    });
    const item = { server };
    const chosen = await vscode.window.showQuickPick(
      [
        ...(can.has("answering")
          ? [
              action("send", vscode.l10n.t("Send Request"), "sendRequest"),
              action("globe", vscode.l10n.t("Open API Page"), "openDocs"),
            ]
          : []),
        ...(can.has("attachable")
          ? [action("debug-alt", vscode.l10n.t("Attach Debugger"), "attachServer")]
          : []),
        ...(can.has("restartable")
          ? [action("debug-restart", vscode.l10n.t("Restart Server"), "restartServer")]
          : []),
        ...(can.has("running")
          ? [action("debug-stop", vscode.l10n.t("Stop Server"), "stopServer")]
          : [action("close", vscode.l10n.t("Dismiss"), "dismissServer")]),
        action("output", vscode.l10n.t("Show Server Log"), "showServerLog"),
      ],
      { title: rowTexts(server).label, placeHolder: rowTexts(server).description },
    );
    if (chosen?.command === "azmlinfsrv.sendRequest") {
      const script = vscode.Uri.file(server.entryScript);
      await vscode.commands.executeCommand(chosen.command, script);
    } else if (chosen) {
      await vscode.commands.executeCommand(chosen.command, item);
    }
  }

  /** A row of the view may have changed since the menu was opened. */
  private find(argument: Argument): ServerEntry | undefined {
    if (argument === undefined) {
      return undefined;
    }
    const { servers } = this.directory;
    if (typeof argument === "object") {
      const { pid, sessionId, isLaunched } = argument.server;
      return servers.find((each) =>
        isLaunched ? each.sessionId === sessionId : each.pid === pid && !each.isLaunched,
      );
    }
    return servers.find(({ pid, sessionId }) => pid === argument || sessionId === argument);
  }

  /** From the palette a command comes without a server: ask which one is meant. */
  private async choose(argument: Argument, ability: string): Promise<ServerEntry | undefined> {
    if (argument !== undefined) {
      return undefined;
    }
    const problem = await this.directory.refresh();
    if (problem) {
      await showProblem(problem);
      return undefined;
    }
    const items = this.directory.servers
      .filter((server) => abilities(server).includes(ability))
      .map((server) => ({
        label: `$(${iconOf(server.state)}) ${rowTexts(server).label}`,
        description: rowTexts(server).description,
        detail: vscode.workspace.asRelativePath(server.entryScript),
        server,
      }));
    if (items.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("No server is running for which this can be done."),
      );
      return undefined;
    }
    const title = vscode.l10n.t("Which server?");
    return (await vscode.window.showQuickPick(items, { title }))?.server;
  }
}

function showFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  void showProblem({ message, actions: [{ kind: "showLog" }] });
}
