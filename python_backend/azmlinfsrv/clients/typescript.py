"""A client in TypeScript, for Node 18 or newer and for browsers; it needs no package."""

from __future__ import annotations

import re
from string import Template

from azmlinfsrv.clients.description import INPUT, OUTPUT, Service
from azmlinfsrv.clients.text import ascii_scalar, comment_word, literal, seconds_text
from azmlinfsrv.clients.types import ListOf, MapOf, Scalar, Struct, Type, structs

_KINDS = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "anything": "unknown",
}
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_SOURCE = Template("""\
/**
 * Client of $title.
 *
 * The key or token is read from the environment variable $variable, if it is set. Node 18 or newer
 * is needed and no package. Run this file to send the sample request.
 */

const URL_OF_SERVICE = $url;
const KEY_VARIABLE = $quoted_variable;
/** Which deployment of the endpoint is asked; undefined lets its traffic rules decide. */
const DEPLOYMENT: string | undefined = $deployment;
const TIMEOUT_SECONDS = $seconds;

$types
/** The service did not answer the request. */
export class ServiceError extends Error {
  constructor(
    message: string,
    /** The HTTP status; undefined if no answer came. */
    readonly status?: number,
    /** What the service said. */
    readonly body = "",
  ) {
    super(message);
    this.name = "ServiceError";
  }
}

/** Send a request and return the answer; throws a ServiceError if there is none. */
export async function score(
  request: $input,
  deployment = DEPLOYMENT,
  timeout = TIMEOUT_SECONDS,
): Promise<$output> {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    Accept: "application/json",
  };
  const key = process.env[KEY_VARIABLE];
  if (key) {
    headers.Authorization = `Bearer $${key}`;
  }
  if (deployment) {
    headers["azureml-model-deployment"] = deployment;
  }
  let response: Response;
  let body: string;
  try {
    response = await fetch(URL_OF_SERVICE, {
      method: "POST",
      headers,
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(timeout * 1000),
    });
    body = await response.text();
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      throw new ServiceError(`$${URL_OF_SERVICE} did not answer within $${timeout} s.`);
    }
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw new ServiceError(`$${URL_OF_SERVICE} cannot be reached: $${cause}`);
  }
  if (!response.ok) {
    const isRefused = response.status === 401 || response.status === 403;
    const hint = isRefused ? ` Is $${KEY_VARIABLE} set to the key or token?` : "";
    throw new ServiceError(
      `$${URL_OF_SERVICE} answered $${response.status} $${response.statusText}: $${body}$${hint}`,
      response.status,
      body,
    );
  }
  try {
    return JSON.parse(body) as $output;
  } catch {
    throw new ServiceError(`$${URL_OF_SERVICE} answered what is not JSON: $${body}`, 200, body);
  }
}

const SAMPLE: $input = $sample;

score(SAMPLE).then(
  (answer) => console.log(JSON.stringify(answer)),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
""")


def typescript_client(service: Service) -> str:
    """Return the source of the client."""
    deployment = "undefined" if service.deployment is None else ascii_scalar(service.deployment)
    return _SOURCE.substitute(
        title=comment_word(service.title),
        variable=service.key_variable,
        quoted_variable=ascii_scalar(service.key_variable),
        url=ascii_scalar(service.url),
        deployment=deployment,
        seconds=seconds_text(service.seconds),
        types=_types(service),
        input=INPUT,
        output=OUTPUT,
        sample=literal(service.sample, ascii_scalar, indent="  "),
    )


def _types(service: Service) -> str:
    blocks = [_struct(each) for each in structs(service.input, service.output)]
    for name, found in ((INPUT, service.input), (OUTPUT, service.output)):
        if not (isinstance(found, Struct) and found.name == name):
            blocks.append(f"export type {name} = {_type(found)};\n")
    return "\n".join(blocks)


def _struct(struct: Struct) -> str:
    members = "".join(
        f"  {_name(each.name)}{'' if each.required else '?'}: {_type(each.type)};\n"
        for each in struct.fields
    )
    return f"export interface {struct.name} {{\n{members}}}\n"


def _name(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else ascii_scalar(name)


def _type(found: Type) -> str:
    if isinstance(found, ListOf):
        return f"{_type(found.item)}[]"
    if isinstance(found, MapOf):
        return f"Record<string, {_type(found.value)}>"
    return _KINDS[found.kind] if isinstance(found, Scalar) else found.name
