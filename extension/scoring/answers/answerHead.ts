import * as l10n from "@vscode/l10n";
import { duration, runMilliseconds, size, statusInWords } from "../sending/answer";
import type { Exchange } from "../sending/exchange";
import { bytesOf } from "../sending/resolvedRequest";

/** Everything about an exchange but the bodies, in the form of an `.http` file. */
export function headText({ request, answer }: Exchange): string {
  const run = runMilliseconds(answer);
  const sent = bytesOf(request.body).length;
  return [
    `HTTP/1.1 ${statusInWords(answer)}`,
    ...answer.headers.map(({ name, value }) => `${name}: ${value}`),
    "",
    `# ${
      run === undefined
        ? l10n.t("{0} after {1}", size(answer.body.length), duration(answer.milliseconds))
        : l10n.t(
            "{0} after {1}, of which {2} in run()",
            size(answer.body.length),
            duration(answer.milliseconds),
            duration(run),
          )
    }`,
    "",
    "### The request",
    `${request.method} ${request.url.href}`,
    ...request.headers.map(({ name, value }) => `${name}: ${value}`),
    "",
    `# ${size(sent)}`,
    "",
  ].join("\n");
}
