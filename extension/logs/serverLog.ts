import * as path from "node:path";
import * as vscode from "vscode";
import { cleanLine, LineAssembler, shortened } from "./cleanLines";
import { LineRing } from "./lineRing";
import { readableLines } from "./logLine";
import { lineMasker } from "./maskSecrets";

/** Of the language in the manifest: it colours the levels, and its documents have links. */
export const LOG_LANGUAGE = "azmlinfsrv-log";
/** The channel is written anew before it holds more than this. */
const MOST_APPENDED = 20_000;

/** The log of one server: the last lines, and the channel that shows them. */
export class ServerLog implements vscode.Disposable {
  readonly ring = new LineRing();
  /** Unknown until the server listens. */
  address: { readonly url: string; readonly pid: number } | undefined;
  /** When the server ended, in milliseconds. */
  ended: number | undefined;
  hasFailed = false;
  private channel: vscode.OutputChannel | undefined;
  private appended = 0;
  private readonly assemblers = new Map<string, LineAssembler>();
  private readonly mask = lineMasker();
  private follower: vscode.Disposable | undefined;

  constructor(
    readonly entryScript: string,
    /** The session of this window that has launched the server. */
    readonly sessionId: string | undefined,
    private readonly changed: (log: ServerLog) => void,
  ) {}

  /** As the Output panel calls the channel; without a port before the server listens. */
  get name(): string {
    const port = this.address ? ` :${new URL(this.address.url).port}` : "";
    return `Azure ML: ${path.basename(this.entryScript)}${port}`;
  }

  get isShown(): boolean {
    const { channel } = this;
    return (
      channel !== undefined &&
      vscode.window.visibleTextEditors.some(
        ({ document: { uri } }) => uri.scheme === "output" && uri.path.endsWith(channel.name),
      )
    );
  }

  /** Whether a document is the one of the channel. */
  isIn(uri: vscode.Uri): boolean {
    return this.channel !== undefined && uri.path.endsWith(this.channel.name);
  }

  /** Let something go on writing to this log until the log is closed. */
  follow(follower: vscode.Disposable): void {
    this.follower?.dispose();
    this.follower = follower;
  }

  /** A piece of output, which may end within a line; pieces of a stream belong together. */
  add(piece: string, stream = ""): void {
    const assembler = this.assemblers.get(stream) ?? new LineAssembler();
    this.assemblers.set(stream, assembler);
    this.write(assembler.add(piece));
  }

  end(hasFailed: boolean): void {
    if (this.ended !== undefined) {
      return;
    }
    this.ended = Date.now();
    this.hasFailed ||= hasFailed;
    this.write([...this.assemblers.values()].flatMap((assembler) => assembler.end()));
    this.write([vscode.l10n.t("— The server has ended. —")]);
  }

  /** Offer the log in the Output panel. */
  open(): vscode.OutputChannel {
    if (!this.channel) {
      this.channel = vscode.window.createOutputChannel(this.name, LOG_LANGUAGE);
      this.rewrite(this.channel);
    }
    return this.channel;
  }

  dispose(): void {
    this.follower?.dispose();
    this.channel?.dispose();
    this.channel = undefined;
  }

  private write(raw: readonly string[]): void {
    const lines = raw
      .flatMap((line) => readableLines(cleanLine(line)))
      .map((line) => shortened(this.mask(cleanLine(line))));
    if (lines.length === 0) {
      return;
    }
    for (const line of lines) {
      this.ring.add(line);
    }
    this.appended += lines.length;
    if (this.channel && this.appended > MOST_APPENDED) {
      this.rewrite(this.channel);
    } else {
      this.channel?.append(`${lines.join("\n")}\n`);
    }
    this.changed(this);
  }

  private rewrite(channel: vscode.OutputChannel): void {
    const { lines } = this.ring;
    this.appended = lines.length;
    channel.replace(lines.map((line) => `${line}\n`).join(""));
  }
}
