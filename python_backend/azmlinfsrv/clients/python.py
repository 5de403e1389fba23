"""A client in Python, which needs the standard library only."""

from __future__ import annotations

import keyword
from string import Template

from azmlinfsrv.clients.description import INPUT, OUTPUT, Service
from azmlinfsrv.clients.text import comment_word, literal, python_scalar, seconds_text
from azmlinfsrv.clients.types import Field, ListOf, MapOf, Scalar, Struct, Type, structs

_KINDS = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "anything": "Any",
}
_SOURCE = Template('''\
"""Client of $title.

The key or token is read from the environment variable $variable, if it is set. Only the standard
library of Python 3.10 or newer is needed. Run this file to send the sample request.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any, TypedDict

URL = $url
KEY_VARIABLE = $quoted_variable
# Which deployment of the endpoint is asked; None lets its traffic rules decide.
DEPLOYMENT: str | None = $deployment
TIMEOUT_SECONDS = $seconds

$types


class ServiceError(Exception):
    """The service did not answer the request.

    Attributes:
        status: the HTTP status; None if no answer came.
        body: what the service said.

    """

    def __init__(self, message: str, status: int | None = None, body: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


def score(
    request: $input,
    deployment: str | None = DEPLOYMENT,
    timeout: float = TIMEOUT_SECONDS,
) -> $output:
    """Send a request and return the answer.

    Raises:
        ServiceError: the service refused it, failed, or could not be reached in time.

    """
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    key = os.environ.get(KEY_VARIABLE)
    if key:
        headers["Authorization"] = f"Bearer {key}"
    if deployment:
        headers["azureml-model-deployment"] = deployment
    asked = urllib.request.Request(URL, json.dumps(request).encode(), headers, method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=timeout) as response:
            body = response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        body = error.read().decode("utf-8", "replace")
        hint = f" Is {KEY_VARIABLE} set to the key or token?" if error.code in (401, 403) else ""
        message = f"{URL} answered {error.code} {error.reason}: {body}{hint}"
        raise ServiceError(message, error.code, body) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise ServiceError(f"{URL} did not answer within {timeout} s.") from error
        raise ServiceError(f"{URL} cannot be reached: {reason}") from error
    try:
        answer: $output = json.loads(body)
    except ValueError as error:
        raise ServiceError(f"{URL} answered what is not JSON: {body}", 200, body) from error
    return answer


SAMPLE: $input = $sample

if __name__ == "__main__":
    try:
        print(json.dumps(score(SAMPLE)))
    except ServiceError as error:
        sys.exit(str(error))
''')


def python_client(service: Service) -> str:
    """Return the source of the client."""
    return _SOURCE.substitute(
        title=comment_word(service.title),
        variable=service.key_variable,
        quoted_variable=python_scalar(service.key_variable),
        url=python_scalar(service.url),
        deployment=python_scalar(service.deployment),
        seconds=seconds_text(service.seconds),
        types=_types(service),
        input=INPUT,
        output=OUTPUT,
        sample=literal(service.sample, python_scalar),
    )


def _types(service: Service) -> str:
    blocks = [_struct(each) for each in structs(service.input, service.output)]
    for name, found in ((INPUT, service.input), (OUTPUT, service.output)):
        if not (isinstance(found, Struct) and found.name == name):
            blocks.append(f"{name} = {_type(found)}")
    return "\n\n\n".join(blocks)


def _struct(struct: Struct) -> str:
    total = "" if all(field.required for field in struct.fields) else ", total=False"
    if all(_is_plain(field.name) for field in struct.fields):
        members = "".join(f"    {each.name}: {_type(each.type)}\n" for each in struct.fields)
        return f"class {struct.name}(TypedDict{total}):\n{members}".rstrip()
    members = "".join(f"        {_member(each)},\n" for each in struct.fields)
    return (
        f"{struct.name} = TypedDict(\n    {python_scalar(struct.name)},\n"
        f"    {{\n{members}    }}{total},\n)"
    )


def _member(field: Field) -> str:
    return f"{python_scalar(field.name)}: {_type(field.type)}"


def _is_plain(name: str) -> bool:
    # Within a class two underscores would make another name of it.
    is_word = name.isidentifier() and name.isascii() and not name.startswith("__")
    return is_word and not keyword.iskeyword(name)


def _type(found: Type) -> str:
    if isinstance(found, ListOf):
        return f"list[{_type(found.item)}]"
    if isinstance(found, MapOf):
        return f"dict[str, {_type(found.value)}]"
    return _KINDS[found.kind] if isinstance(found, Scalar) else found.name
