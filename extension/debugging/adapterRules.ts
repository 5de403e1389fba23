import type { DebugProtocol } from "@vscode/debugprotocol";

type Message = DebugProtocol.ProtocolMessage;

/** debugpy's filters: for what leaves the user's code, and for what nobody handles at all. */
const USER_UNHANDLED = "userUnhandled";
const UNCAUGHT = "uncaught";

/**
 * One box for the exceptions that fail a request or the start, ticked by default.
 *
 * debugpy has two, neither of which is it: the server handles every exception, and what debugpy
 * takes for "left the user's code" stops also where the script handles it later, and has every call
 * traced. So the box switches debugpy's "uncaught", and the server hands over what it has caught
 * (see `azmlinfsrv.debugging.post_mortem`).
 */
const FAILURES: DebugProtocol.ExceptionBreakpointsFilter = {
  filter: USER_UNHANDLED,
  label: "User Uncaught Exceptions",
  default: true,
  description: "Stop where init() or run() raises what ends the start or is answered with 500.",
};

/** By this variable a server that is started again learns which port its clients know. */
const LAST_PORT_VARIABLE = "AZMLINFSRV_LAST_PORT";

/**
 * A launch of a server that had `port` before. A restart in VS Code sends the launch as it was, so
 * this cannot be among the things that are resolved for it.
 */
export function withLastPort(message: Message, port: number | undefined): Message {
  const request = message as DebugProtocol.Request;
  if (request.type !== "request" || request.command !== "launch" || port === undefined) {
    return message;
  }
  const env = { ...request.arguments.env, [LAST_PORT_VARIABLE]: String(port) };
  return withArguments(request, { env });
}

/** What debugpy's adapter gets to hear when VS Code says `message`. */
export function toAdapter(message: Message): Message {
  const request = message as DebugProtocol.Request;
  if (request.type !== "request") {
    return message;
  }
  switch (request.command) {
    case "initialize":
      // debugpy then announces a worker to this extension, which opens the worker's session so
      // that it shares the server's console and its Stop.
      return withArguments(request, { supportsStartDebuggingRequest: false });
    case "setExceptionBreakpoints": {
      const filters: readonly string[] = request.arguments?.filters ?? [];
      const translated = filters.map((each) => (each === USER_UNHANDLED ? UNCAUGHT : each));
      return withArguments(request, { filters: translated });
    }
    default:
      return message;
  }
}

/** What VS Code gets to hear when debugpy's adapter says `message`. */
export function fromAdapter(message: Message): Message {
  const { type, command, body } = message as DebugProtocol.InitializeResponse;
  if (type !== "response" || command !== "initialize" || !body?.exceptionBreakpointFilters) {
    return message;
  }
  const others = body.exceptionBreakpointFilters.filter(
    ({ filter }) => filter !== USER_UNHANDLED && filter !== UNCAUGHT,
  );
  const changed = { ...body, exceptionBreakpointFilters: [...others, FAILURES] };
  return { ...message, body: changed } as DebugProtocol.InitializeResponse;
}

function withArguments(request: DebugProtocol.Request, changes: object): Message {
  return { ...request, arguments: { ...request.arguments, ...changes } } as Message;
}
