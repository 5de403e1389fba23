"""gunicorn's HTTP/1.1 parser, in C or in Python, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from gunicorn.asgi.parser import CallbackRequest, ParseError, PythonProtocol

try:
    # gunicorn's parser in C, from the extra "fast".
    from gunicorn_h1c import H1CProtocol as _Parser
    from gunicorn_h1c import ParseError as _FastParseError

    # Two classes of one name, unrelated to one another.
    from gunicorn_h1c._protocol import ParseError as _FastProtocolError
except ImportError:
    _Parser = PythonProtocol
    _FastParseError = _FastProtocolError = ParseError

LARGEST_BODY = 1 << 30
"""As much as waitress takes. A body is held in memory, and nobody's memory is without an end."""

_LIMITS = {
    "limit_request_line": 4094,
    "limit_request_fields": 100,
    "limit_request_field_size": 8190,
}
_STATUS_OF_ERROR = {
    "LimitRequestLine": HTTPStatus.REQUEST_URI_TOO_LONG,
    "LimitRequestHeaders": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "UnsupportedTransferCoding": HTTPStatus.NOT_IMPLEMENTED,
    "BodyTooLargeError": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


class BodyTooLargeError(Exception):
    """The client sends, or announces, more than is taken."""

    def __init__(self) -> None:
        super().__init__(f"The body must not be larger than {LARGEST_BODY} bytes.")


class NotAdmittedError(Exception):
    """The client waits to be asked for a body that nobody will look at."""


PARSE_ERRORS = (ParseError, _FastParseError, _FastProtocolError, BodyTooLargeError)


def create_parser(
    on_headers: Callable[[], bool],
    on_body: Callable[[bytes], None],
    on_message: Callable[[], None],
) -> Any:
    """Return a parser that calls back; see gunicorn's PythonProtocol for its methods."""
    return _Parser(
        on_headers_complete=on_headers,
        on_body=on_body,
        on_message_complete=on_message,
        **_LIMITS,
    )


def head_of(parser: Any) -> dict[bytes, bytes]:
    """Return the headers of a parser that has them, by lower-case name; the last of a kind."""
    # The parser in C keeps the names as they were sent elsewhere.
    found: dict[bytes, bytes] = dict(getattr(parser, "asgi_headers", None) or parser.headers)
    return found


def parsed_request(parser: Any) -> Any:
    """Return the request of a parser whose message is complete."""
    request = CallbackRequest.from_parser(parser)
    if not request.path.startswith("/"):
        # A proxy's form, http://host/path, which every server has to understand.
        request.path = urlsplit(request.path).path or "/"
    return request


def header_values(request: Any) -> dict[str, str]:
    """Return the values by lower-case name; those of a repeated header joined by a comma."""
    raw: list[tuple[bytes, bytes]] = request.headers_bytes
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    if len(headers) < len(raw):
        for name in headers:
            key = name.encode("latin-1")
            headers[name] = ",".join(v.decode("latin-1") for n, v in raw if n == key)
    return headers


def status_of(error: Exception) -> HTTPStatus:
    """Return the status by which a malformed request is refused."""
    return _STATUS_OF_ERROR.get(type(error).__name__, HTTPStatus.BAD_REQUEST)
