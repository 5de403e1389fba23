import * as vscode from "vscode";
import type { ScriptPython } from "../common/interpreter";
import { BackendCommands } from "./backendCommand";
import { createClientOfScript } from "./createClient";
import { deployHere } from "./deployHere";
import { exportAzure } from "./exportAzure";
import { ejectScript, type ServerFigures, serveModel } from "./noCode";
import { packageImage } from "./packageImage";
import { registerModel } from "./registerModel";
import { manageServices } from "./services";

/** Models, with a script and without, services of this machine, what images are built from. */
export function registerDeployment(
  python: ScriptPython,
  servers: ServerFigures,
): vscode.Disposable {
  const commands = new BackendCommands(python);
  const on = (name: string, act: (commands: BackendCommands, argument: unknown) => Promise<void>) =>
    vscode.commands.registerCommand(`azmlinfsrv.${name}`, (argument: unknown) =>
      act(commands, argument),
    );
  return vscode.Disposable.from(
    commands,
    on("registerModel", registerModel),
    on("deploy", deployHere),
    on("services", manageServices),
    on("package", packageImage),
    on("ejectScript", ejectScript),
    vscode.commands.registerCommand("azmlinfsrv.serveModel", (argument: unknown) =>
      serveModel(python, servers, argument),
    ),
    on("exportAzure", exportAzure),
    on("createClient", createClientOfScript),
  );
}
