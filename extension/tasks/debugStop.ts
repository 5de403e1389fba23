import type { DebugProtocol } from "@vscode/debugprotocol";
import type { DapConnection } from "./dapConnection";

/** A thread of the debuggee, by the session that it is seen through. */
export interface SeenThread {
  readonly connection: DapConnection;
  readonly threadId: number;
}

export interface Frame {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly function: string;
}

/** Where an expression is evaluated: the debug console, a watch, a hover. */
export type EvaluationContext = "repl" | "watch" | "hover";

/** Where the debuggee stopped, and what can be looked at and done there. */
export class Stop {
  /** From the inside outwards, as the call stack shows them. */
  readonly frames: readonly Frame[];
  readonly file: string;
  readonly line: number;
  readonly function: string;

  private constructor(
    readonly thread: SeenThread,
    frames: readonly [Frame, ...Frame[]],
    readonly locals: ReadonlyMap<string, string>,
    private readonly localScope: number,
  ) {
    this.frames = frames;
    this.file = frames[0].file;
    this.line = frames[0].line;
    this.function = frames[0].function;
  }

  /** Look at a thread that has stopped. */
  static async at(thread: SeenThread): Promise<Stop> {
    const { connection, threadId } = thread;
    const { stackFrames } = await connection.request<DebugProtocol.StackTraceResponse["body"]>(
      "stackTrace",
      { threadId },
    );
    const [first, ...others] = stackFrames.map(({ id, line, name, source }) => ({
      ...{ id, line, function: name },
      file: source?.path ?? "",
    }));
    if (!first) {
      throw new Error("The debuggee stopped without a stack.");
    }
    const { scopes } = await connection.request<DebugProtocol.ScopesResponse["body"]>("scopes", {
      frameId: first.id,
    });
    const localScope = scopes[0]?.variablesReference ?? 0;
    const { variables } = await connection.request<DebugProtocol.VariablesResponse["body"]>(
      "variables",
      { variablesReference: localScope },
    );
    const locals = variables
      .filter(({ name }) => !/^(?:special|function|class) variables$/.test(name))
      .map(({ name, value }) => [name, value] as const);
    return new Stop(thread, [first, ...others], new Map(locals), localScope);
  }

  /** The value of an expression in the innermost frame. */
  async evaluate(expression: string, context: EvaluationContext = "repl"): Promise<string> {
    const { result } = await this.request<DebugProtocol.EvaluateResponse["body"]>("evaluate", {
      ...{ expression, context },
      frameId: this.frames[0]?.id,
    });
    return result;
  }

  /** Give a local variable the value of an expression; returns what it is then. */
  async setVariable(name: string, value: string): Promise<string> {
    const set = await this.request<DebugProtocol.SetVariableResponse["body"]>("setVariable", {
      ...{ name, value },
      variablesReference: this.localScope,
    });
    return set.value;
  }

  async continue(): Promise<void> {
    await this.resume("continue");
  }

  async stepOver(): Promise<void> {
    await this.resume("next");
  }

  async stepInto(): Promise<void> {
    await this.resume("stepIn");
  }

  async stepOut(): Promise<void> {
    await this.resume("stepOut");
  }

  private async resume(command: string): Promise<void> {
    await this.request(command, { threadId: this.thread.threadId });
  }

  private request<T>(command: string, args: object): Promise<T> {
    return this.thread.connection.request<T>(command, args);
  }
}
