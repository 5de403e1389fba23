import * as path from "node:path";
import * as vscode from "vscode";
import { log } from "../common/log";
import type { KnownServer } from "../common/serverDirectory";
import { showProblem } from "../common/showProblem";
import { startAnother } from "./anotherServer";
import { type ApiPageParts, chooseServer } from "./chooseServer";
import { pageAddress, pageState, withColours } from "./pageState";

const IN_EDITOR = "simpleBrowser.api.open";

type Place = "inside" | "outside";

/** The commands that open the API page of a server, in VS Code and in the browser. */
export function openApiPages(parts: ApiPageParts): vscode.Disposable {
  const command = (name: string, place: Place) =>
    vscode.commands.registerCommand(name, (argument: unknown) => open(parts, argument, place));
  return vscode.Disposable.from(
    command("azmlinfsrv.openDocs", "inside"),
    command("azmlinfsrv.openDocsOutside", "outside"),
  );
}

async function open(parts: ApiPageParts, argument: unknown, place: Place): Promise<void> {
  const server = await chooseServer(parts, argument);
  if (!server) {
    return;
  }
  if ("message" in server) {
    await showProblem(server);
    return;
  }
  switch (await pageState(server.url)) {
    case "there":
      return show(server, place);
    case "absent":
      return offerAnother(parts, server, place);
    case "unreachable": {
      const message = vscode.l10n.t("The server at {0} does not answer.", server.url);
      return showProblem({ message, actions: [{ kind: "showLog" }] });
    }
  }
}

async function show({ url }: KnownServer, place: Place): Promise<void> {
  const local = vscode.Uri.parse(pageAddress(url));
  if (place === "outside") {
    // Finds the way out of a container or another machine by itself.
    await vscode.env.openExternal(local);
    return;
  }
  const reachable = await vscode.env.asExternalUri(local);
  log.info(`The API page of ${url} is ${reachable.toString(true)}`);
  try {
    const page = reachable.with({ query: withColours(reachable.query, colours()) });
    await vscode.commands.executeCommand(IN_EDITOR, page, {
      viewColumn: vscode.ViewColumn.Beside,
    });
  } catch (error) {
    // A build of VS Code without the Simple Browser. A list of commands would not tell: it holds
    // those of extensions that have been activated.
    log.info(`The Simple Browser cannot be opened: ${String(error)}`);
    await vscode.env.openExternal(local);
  }
}

/** Those of the theme, which may be others than those of the system. */
function colours(): "light" | "dark" {
  const { Dark, HighContrast } = vscode.ColorThemeKind;
  return [Dark, HighContrast].includes(vscode.window.activeColorTheme.kind) ? "dark" : "light";
}

/** The server was started without --docs, in a terminal: it cannot be given a page any more. */
async function offerAnother(
  parts: ApiPageParts,
  { entryScript, url }: KnownServer,
  place: Place,
): Promise<void> {
  const start = vscode.l10n.t("Start Another Server");
  const message = vscode.l10n.t(
    "The server at {0} has no API page, because it was started without --docs. A server that VS Code starts with {1} has one.",
    url,
    path.basename(entryScript),
  );
  log.warn(message);
  if ((await vscode.window.showWarningMessage(message, start)) !== start) {
    return;
  }
  const other = await startAnother(parts.servers, entryScript);
  if (other) {
    await show(other, place);
  }
}
