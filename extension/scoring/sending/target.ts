import * as l10n from "@vscode/l10n";
import { type Header, headerOf } from "../httpFile/requestDescription";

/**
 * Where a request goes: to a path of the server of the entry script, or to an address of its own,
 * written in full, as `host:port/path`, or as a path with a Host header.
 */
export type Target =
  | { readonly kind: "script"; readonly path: string }
  | { readonly kind: "address"; readonly url: URL }
  | { readonly kind: "wrong"; readonly message: string };

const HOST_AND_PATH =
  /^(?:localhost|[\w-]+(?:\.[\w-]+)+|\[[\da-f:]+\]|[\w-]+(?=:\d))(?::\d+)?(?:[/?]|$)/i;
/** Any: only the path of the address is looked at. */
const SOME_SERVER = "http://localhost";

export function targetOf(target: string, headers: readonly Header[]): Target {
  const host = headerOf(headers, "host");
  if (/^https?:\/\//i.test(target)) {
    return address(target);
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(target)) {
    return { kind: "wrong", message: l10n.t("{0} is no address of HTTP.", target) };
  }
  if (!target.startsWith("/") && HOST_AND_PATH.test(target)) {
    return address(`http://${target}`);
  }
  const path = target.startsWith("/") ? target : `/${target}`;
  if (host) {
    return address(`http://${host}${path}`);
  }
  return URL.canParse(path, SOME_SERVER)
    ? { kind: "script", path }
    : { kind: "wrong", message: l10n.t("{0} is no path.", target) };
}

/** Whether an address is this machine's own. */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
}

function address(text: string): Target {
  return URL.canParse(text)
    ? { kind: "address", url: new URL(text) }
    : { kind: "wrong", message: l10n.t("{0} is no address.", text) };
}
