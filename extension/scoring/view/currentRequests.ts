import * as fs from "node:fs";
import * as path from "node:path";
import type * as vscode from "vscode";
import type { RequestRef } from "../requestFiles/requestRef";

const KEY = "azmlinfsrv.currentRequests";

/** The request that was sent last to each script: the one that "Send Request" means. */
export class CurrentRequests {
  constructor(private readonly state: vscode.Memento) {}

  of(script: string): RequestRef | undefined {
    const refs = Object.entries(this.state.get<Record<string, RequestRef>>(KEY, {}));
    // Sessions and searches may write the same path in two ways.
    const [, ref] = refs.find(([known]) => path.relative(known, script) === "") ?? [];
    return ref && fs.existsSync(ref.file) ? ref : undefined;
  }

  async set(script: string, ref: RequestRef): Promise<void> {
    await this.state.update(KEY, {
      ...this.state.get<Record<string, RequestRef>>(KEY, {}),
      [script]: ref,
    });
  }
}
