"""A scoring request, and what of it becomes the arguments of ``run()``."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl

from azmlinfsrv.scoring.entry_script import REQUEST_HEADERS, EntryScript, InputStyle
from azmlinfsrv.scoring.mercies import Mercies

_JSON_TYPE = re.compile(r"application/(?:json|[^;\s]+\+json)\s*(?:;|$)", re.IGNORECASE)
# Bodies that the published server's form parsing takes away from run().
_FORM_TYPE = re.compile(
    r"\s*(?:application/x-www-form-urlencoded\s*(?:;|$)|multipart/form-data\s*;.*boundary=)",
    re.IGNORECASE,
)
_KEEP_ESCAPED = "azmlinfsrv.keep-escaped"


# Not frozen: one is made for every request, and a frozen one takes four times as long.
@dataclass(slots=True)
class ScoringRequest:
    """One request to ``/score``, apart from any HTTP library.

    Attributes:
        body: the body's bytes, taken out of any chunked encoding.
        method: GET, POST, or for raw HTTP any other.
        query: the raw query string.
        headers: values by lower-case name; of a repeated header joined by ``,``.
        path: the path, unquoted.
        client: the address of the client, if it is known.

    """

    body: bytes = b""
    method: str = "POST"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = "/score"
    client: str | None = None


class InvalidRequestError(Exception):
    """The client's mistake: ``run()`` is not called, the answer has this status and message."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def run_arguments(
    request: ScoringRequest, script: EntryScript, mercies: Mercies
) -> dict[str, object]:
    """Return the keyword arguments with which ``run()`` is called for this request.

    For raw HTTP the first one, the request itself, is left out: see ``raw_http``.

    Raises:
        InvalidRequestError: the request does not fit ``run()``.
        UnicodeDecodeError: a JSON body is not text in any Unicode encoding.

    """
    if script.style is InputStyle.TEXT:
        arguments: dict[str, object] = {script.parameters[0]: _text(request, mercies)}
    elif script.style is InputStyle.SCHEMA:
        arguments = _schema_arguments(request, script)
    else:
        arguments = {}
    if script.wants_headers:
        arguments[REQUEST_HEADERS] = {
            name.title(): value for name, value in request.headers.items()
        }
    return arguments


def _text(request: ScoringRequest, mercies: Mercies) -> str:
    if request.method == "GET":
        return json.dumps(_query_object(request.query))
    content_type = request.headers.get("content-type", "")
    if content_type and request.body and _FORM_TYPE.match(content_type):
        if mercies.as_published:
            return ""
        mercies.tell(
            "form",
            f"A body came as {content_type.partition(';')[0]} (which curl -d says by itself): "
            'run() got it as text. The published server passes ""; send it with '
            '-H "Content-Type: application/json".',
        )
    try:
        return request.body.decode()
    except UnicodeDecodeError as error:
        raise InvalidRequestError(
            HTTPStatus.BAD_REQUEST, f"Input cannot be decoded as UTF-8: {error}"
        ) from error


def _schema_arguments(request: ScoringRequest, script: EntryScript) -> dict[str, object]:
    members = _query_object(request.query) if request.method == "GET" else _json_object(request)
    arguments: dict[str, object] = {}
    for name in script.parameters:
        if name in members:
            arguments[name] = members[name]
        elif name in script.defaults:
            arguments[name] = script.defaults[name]
        else:
            raise InvalidRequestError(
                HTTPStatus.BAD_REQUEST, f"A value is not provided for the {name!r} parameter."
            )
    return arguments


def _json_object(request: ScoringRequest) -> dict[str, object]:
    if not _JSON_TYPE.match(request.headers.get("content-type", "")):
        raise InvalidRequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Expects Content-Type to be application/json"
        )
    if not request.body:
        raise InvalidRequestError(
            HTTPStatus.BAD_REQUEST, "POST body is empty. Expecting a JSON dictionary."
        )
    try:
        members = json.loads(request.body)
    except json.JSONDecodeError as error:
        raise InvalidRequestError(
            HTTPStatus.BAD_REQUEST, f"POST body could not be decoded as JSON: {error}"
        ) from error
    if not isinstance(members, dict):
        raise InvalidRequestError(HTTPStatus.BAD_REQUEST, "POST body should be a JSON dictionary.")
    return members


def _query_object(query: str) -> dict[str, object]:
    """Return the query as an object: values read as JSON where they are, several as a list."""
    values: dict[str, list[object]] = {}
    for name, text in parse_qsl(query, keep_blank_values=True, errors=_KEEP_ESCAPED):
        values.setdefault(name, []).append(_json_or_text(text))
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _json_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _escape_again(error: UnicodeError) -> tuple[str, int]:
    """Leave an escape that is not UTF-8 as it is: ``%ff`` arrives as ``%FF``."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    undecodable = error.object[error.start : error.end]
    return "".join(f"%{byte:02X}" for byte in undecodable), error.end


codecs.register_error(_KEEP_ESCAPED, _escape_again)
