import * as vscode from "vscode";
import { log } from "../common/log";

/** The part of the Python extension's public API that is used here. */
interface PythonExtensionApi {
  readonly environments: {
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    resolveEnvironment(environment: {
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

const EXTENSION_ID = "ms-python.python";
export const MICROSOFT_SELECT_COMMAND = "python.setInterpreter";

export function hasMicrosoftPython(): boolean {
  return vscode.extensions.getExtension(EXTENSION_ID) !== undefined;
}

/** The interpreter selected in Microsoft's Python extension, if that is installed. */
export async function selectedInMicrosoftPython(
  resource: vscode.Uri | undefined,
): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtensionApi>(EXTENSION_ID);
  if (!extension) {
    return undefined;
  }
  try {
    const { environments } = await extension.activate();
    const environment = await environments.resolveEnvironment(
      environments.getActiveEnvironmentPath(resource),
    );
    return environment?.executable.uri?.fsPath;
  } catch (error) {
    log.warn(`The Python extension did not tell its interpreter: ${String(error)}`);
    return undefined;
  }
}

/** Calls back when another interpreter is selected in Microsoft's Python extension. */
export async function onDidChangeMicrosoftPython(listener: () => void): Promise<vscode.Disposable> {
  const extension = vscode.extensions.getExtension<PythonExtensionApi>(EXTENSION_ID);
  try {
    const api = await extension?.activate();
    const subscription = api?.environments.onDidChangeActiveEnvironmentPath?.(listener);
    return subscription ?? vscode.Disposable.from();
  } catch (error) {
    log.warn(`The Python extension does not tell of another interpreter: ${String(error)}`);
    return vscode.Disposable.from();
  }
}
