"""What a client has to know of a service, from its OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azmlinfsrv.clients.types import Json, Reader, Type

INPUT, OUTPUT = "ServiceInput", "ServiceOutput"
DEFAULT_SECONDS = 60.0
_JSON_TYPE = "application/json"
_REQUEST_HEADERS = "request_headers"


class DescriptionError(Exception):
    """The document describes no operation that scores."""


@dataclass(frozen=True)
class Service:
    """A service, as a client sees it.

    Attributes:
        title: what it is called, on one line.
        url: where requests go.
        input: what they consist of.
        output: what comes back.
        sample: a request that it answers, as JSON.
        key_variable: the environment variable that has the key or token.
        deployment: which deployment of the endpoint is asked; None as the endpoint decides.
        seconds: how long to wait for the answer.

    """

    title: str
    url: str
    input: Type
    output: Type
    sample: Any
    key_variable: str
    deployment: str | None = None
    seconds: float = DEFAULT_SECONDS


@dataclass(frozen=True)
class Operation:
    """How the document describes scoring.

    Attributes:
        title: of the API.
        input: the type of their body.
        output: the type of the answer.
        sample: a body; an empty one if there is none.

    """

    title: str
    input: Type
    output: Type
    sample: Any


def read_document(document: Any, sample: Any = None) -> Operation:
    """Return how a service is asked.

    Args:
        document: of Swagger 2 or OpenAPI 3.
        sample: a request, in place of the document's.

    Raises:
        DescriptionError: it is none, or has no operation that scores.

    """
    root = _mapping(document)
    if not {"swagger", "openapi"} & root.keys():
        raise DescriptionError("It is no OpenAPI document: it has neither `openapi` nor `swagger`.")
    operation = _scoring(_mapping(root.get("paths")))
    schemas = root.get("definitions") or _mapping(root.get("components")).get("schemas")
    schemas = _mapping(schemas)
    reader = Reader(schemas)
    body = _body(operation)
    answer = _content(_mapping(_mapping(operation.get("responses")).get("200")))
    if sample is None:
        sample = _without_headers(_sample(body, schemas))
    asked = _resolved(body.get("schema"), schemas)
    if isinstance(properties := asked.get("properties"), dict):
        asked = {**asked, "properties": _without_headers(properties)}
    return Operation(
        title=" ".join(str(_mapping(root.get("info")).get("title") or "service").split()),
        input=reader.read(asked, INPUT, sample),
        output=reader.read(answer.get("schema"), OUTPUT),
        sample={} if sample is None else sample,
    )


def _scoring(paths: Mapping[str, Any]) -> Json:
    posts: dict[str, Json] = {
        path: item["post"]
        for path, item in paths.items()
        if isinstance(item, dict) and isinstance(item.get("post"), dict)
    }
    for path, operation in posts.items():
        if path.rstrip("/").endswith("/score"):
            return operation
    if len(posts) == 1:
        return next(iter(posts.values()))
    raise DescriptionError("The document has no operation `POST /score`.")


def _body(operation: Json) -> Json:
    """Return what has the schema of the body, and perhaps an example of it."""
    if isinstance(operation.get("requestBody"), dict):
        return _content(operation["requestBody"])
    parameters = operation.get("parameters")
    for parameter in parameters if isinstance(parameters, list) else ():
        if _mapping(parameter).get("in") == "body":
            return _mapping(parameter)
    return {}


def _content(holder: Json) -> Json:
    """Return the part that has a schema: of OpenAPI 3 within its content, of Swagger 2 itself."""
    content = _mapping(holder.get("content"))
    if not content:
        return holder
    return _mapping(content.get(_JSON_TYPE) or next(iter(content.values())))


def _sample(body: Json, schemas: Mapping[str, Any]) -> Any:
    if "example" in body:
        return body["example"]
    for example in _mapping(body.get("examples")).values():
        if "value" in _mapping(example):
            return example["value"]
    return _resolved(body.get("schema"), schemas).get("example")


def _resolved(schema: Any, schemas: Mapping[str, Any]) -> Json:
    reference = _mapping(schema).get("$ref")
    if isinstance(reference, str):
        schema = schemas.get(reference.rpartition("/")[2])
    return _mapping(schema)


def _without_headers(value: Any) -> Any:
    """Leave out what inference-schema tells as an argument and the server gives to run() itself."""
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if name != _REQUEST_HEADERS}


def _mapping(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
