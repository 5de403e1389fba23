/** What a command is about: menus of the servers view give an item, lenses a text, keys nothing. */
export type Subject<Server> =
  | { readonly kind: "server"; readonly server: Server }
  | { readonly kind: "process"; readonly pid: number }
  | { readonly kind: "script"; readonly uri: string }
  | { readonly kind: "unsaid" };

interface UriLike {
  readonly scheme: string;
  readonly fsPath: string;
  toString(): string;
}

export function subjectOf<Server extends object>(argument: unknown): Subject<Server> {
  if (typeof argument === "number") {
    return { kind: "process", pid: argument };
  }
  if (typeof argument === "string") {
    return { kind: "script", uri: argument };
  }
  if (typeof argument === "object" && argument !== null) {
    if ("server" in argument && typeof argument.server === "object" && argument.server !== null) {
      return { kind: "server", server: argument.server as Server };
    }
    if (isUri(argument)) {
      return { kind: "script", uri: argument.toString() };
    }
  }
  return { kind: "unsaid" };
}

function isUri(argument: object): argument is UriLike {
  return "scheme" in argument && "fsPath" in argument;
}
