import * as path from "node:path";
import * as vscode from "vscode";
import type { Ask } from "../answers/explain";
import type { RequestRef } from "./requestRef";
import { type SampleRequest, sampleFile } from "./sampleFile";

const REQUEST = "azmlinfsrv/sampleRequest";
const MOST_FILES = 1_000;

/** A new file with a request that the script understands; no file is ever overwritten. */
export async function createSample(ask: Ask, script: string): Promise<RequestRef | undefined> {
  const uri = vscode.Uri.file(script).toString();
  const sample = await ask<SampleRequest>(REQUEST, { textDocument: { uri } });
  let image: string | undefined;
  if (sample?.body === null && sample.isRaw) {
    image = await chooseBody(script);
    if (image === undefined) {
      return undefined;
    }
  }
  for (let number = 1; number <= MOST_FILES; number++) {
    const { name, text } = sampleFile(sample ?? undefined, path.basename(script), number, image);
    const target = vscode.Uri.file(path.join(path.dirname(script), name));
    if (!(await exists(target))) {
      await write(target, text);
      return { file: target.fsPath, index: 0 };
    }
  }
  return undefined;
}

/** A script that reads an image needs one; the path is written as seen from the requests folder. */
async function chooseBody(script: string): Promise<string | undefined> {
  const folder = path.dirname(script);
  const chosen = await vscode.window.showOpenDialog({
    defaultUri: vscode.Uri.file(folder),
    title: vscode.l10n.t(
      "{0} reads the body as it comes. Which file shall it get?",
      path.basename(script),
    ),
    openLabel: vscode.l10n.t("Use as Body"),
  });
  const file = chosen?.[0]?.fsPath;
  return file && path.relative(folder, file).split(path.sep).join("/");
}

/** `createFile` refuses to overwrite, also a file that came into being a moment ago. */
async function write(target: vscode.Uri, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(target, { overwrite: false, contents: Buffer.from(text) });
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error(vscode.l10n.t("{0} could not be written.", target.fsPath));
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
