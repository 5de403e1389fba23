import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { openApiPages } from "./apiPage/apiPageRoom";
import { firstFolder, folderOf, uriOf } from "./common/folders";
import { log } from "./common/log";
import { setting } from "./common/settings";
import { SELECT_INTERPRETER_COMMAND } from "./common/showProblem";
import { startEntryScript, watchActiveEntryScript } from "./debugging/activeEntryScript";
import { AdapterFactory } from "./debugging/adapterFactory";
import { attachToServer, pickServerId } from "./debugging/attach/attachToServer";
import type { Debuggable } from "./debugging/attach/runningServer";
import { ServerAttachments } from "./debugging/attach/serverAttachment";
import { equipTerminals } from "./debugging/attach/terminals";
import { ChildSessions } from "./debugging/childSessions";
import { ConfigurationProvider } from "./debugging/configurationProvider";
import { DEBUG_TYPE } from "./debugging/launchAttributes";
import { ServerSessions } from "./debugging/serverSessions";
import { startScript } from "./debugging/startScript";
import { registerDeployment } from "./deployment/deploymentRoom";
import { registerGettingStarted } from "./gettingStarted/gettingStarted";
import { scriptMaker } from "./gettingStarted/templates";
import { LanguageService } from "./language/languageService";
import { openLogs } from "./logs/logsRoom";
import { registerProfiling } from "./profiling/profileCommand";
import { Backend } from "./python/backend";
import { backendVersions } from "./python/backendVersions";
import { InterpreterChanges } from "./python/interpreterChanges";
import { logFileOf } from "./python/logFileOf";
import { selectedInMicrosoftPython } from "./python/microsoftPython";
import { selectInterpreter } from "./python/selectInterpreter";
import { ServerWatch } from "./python/serverWatch";
import { PythonService } from "./python/service";
import { stopServer } from "./python/stopServer";
import { registerRequests } from "./scoring/requestsRoom";
import { openServers } from "./servers/serversRoom";

let language: LanguageService | undefined;

export function activate(context: vscode.ExtensionContext): void {
  // The modules that run without VS Code as well take their texts from a library, not from it.
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const bundle = path.join(context.extensionPath, "dist", "bundled");
  const backend = new Backend(bundle);
  const python = new PythonService(
    backend,
    {
      isTrusted: () => vscode.workspace.isTrusted,
      pythonPath: (folder) => setting("pythonPath", uriOf(folder)),
      modelDir: (folder) => setting("modelDir", uriOf(folder)),
      selected: (folder) => selectedInMicrosoftPython(uriOf(folder)),
    },
    bundle,
  );
  const listServers = () => python.runningServers<Debuggable>(firstFolder());
  const provider = new ConfigurationProvider(python, listServers);
  const attachments = new ServerAttachments(backend);
  const sessions = new ServerSessions();
  const servers = openServers(context, {
    reports: sessions.onDidReport,
    list: () => python.runningServerRows(firstFolder()),
    stop: (pid) => stopServer(python, firstFolder(), pid),
    watch: (listener) => new ServerWatch(python, firstFolder(), listener),
    start: (script, { noDebug, reload }) =>
      startScript(vscode.Uri.file(script), noDebug, reload ? { reload } : {}),
  });
  const logs = openLogs(context, {
    reports: sessions.onDidReport,
    directory: servers,
    refresh: () => servers.refresh(),
    logFile: (pid) => logFileOf(python, firstFolder(), pid),
    backendVersions: () => backendVersions(python, firstFolder()),
  });
  const finder = {
    isEntryScript: (file: string) => python.isEntryScript(file, folderOf(file)),
    hasEntryScript: (folder: string) => python.hasEntryScript(folder),
  };
  const interpreterChanges = new InterpreterChanges();
  const languageService = new LanguageService(
    {
      isTrusted: () => vscode.workspace.isTrusted,
      find: () => python.languageServer(firstFolder()),
      onDidChange: interpreterChanges.event,
    },
    (context.extension.packageJSON as { version: string }).version,
  );
  language = languageService;
  void languageService.restart();
  void equipTerminals(context, {
    folder: backend.commandFolder,
    describe: (folder) => python.commandOfTerminals(folder),
  });
  context.subscriptions.push(
    log,
    languageService,
    interpreterChanges,
    vscode.debug.registerDebugConfigurationProvider(DEBUG_TYPE, provider),
    vscode.debug.registerDebugConfigurationProvider(
      DEBUG_TYPE,
      { provideDebugConfigurations: (folder) => provider.provideDebugConfigurations(folder) },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.debug.registerDebugAdapterDescriptorFactory(
      DEBUG_TYPE,
      new AdapterFactory(backend.debugAdapter, sessions, attachments),
    ),
    new ChildSessions(),
    sessions.register(),
    sessions,
    servers,
    registerRequests(context, {
      directory: servers,
      finder: { ...finder, scriptsIn: (folder) => python.entryScripts(folder) },
      ask: (method, params) => languageService.ask(method, params),
    }),
    logs,
    attachments.register(),
    attachments,
    watchActiveEntryScript(finder),
    openApiPages({ servers, isEntryScript: finder.isEntryScript }),
    vscode.commands.registerCommand(SELECT_INTERPRETER_COMMAND, selectInterpreter),
    vscode.commands.registerCommand("azmlinfsrv.debug", (uri) =>
      startEntryScript(finder, false, uri),
    ),
    vscode.commands.registerCommand("azmlinfsrv.run", (uri) => startEntryScript(finder, true, uri)),
    vscode.commands.registerCommand("azmlinfsrv.attach", () => attachToServer(listServers)),
    vscode.commands.registerCommand("azmlinfsrv.pickServer", () => pickServerId(listServers)),
    vscode.commands.registerCommand("azmlinfsrv.addDebugConfigurations", async () => {
      const { addDebugConfigurations } = await import(
        "./debugging/launchJson/addDebugConfigurations.js"
      );
      await addDebugConfigurations((folder) => python.findDebuggable(folder));
    }),
    registerGettingStarted(
      context,
      scriptMaker((words, folder) => python.printed(words, folder)),
    ),
    registerProfiling(python),
    registerDeployment(python, servers),
    vscode.commands.registerCommand("azmlinfsrv.showLog", () => log.show()),
  );
}

export async function deactivate(): Promise<void> {
  await language?.stop();
}
