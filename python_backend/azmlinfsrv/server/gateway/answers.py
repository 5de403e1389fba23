"""What a gateway answers itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus

from azmlinfsrv.server.gateway.headers import ERROR_REASON, ERROR_STATUS
from azmlinfsrv.server.gateway.response_reader import RawHeaders
from azmlinfsrv.server.gateway.rules import Rules

MODEL_ERROR = b"model_error"
_TEXT_OF_STATUS = {int(status): status.phrase.encode() for status in HTTPStatus}


@dataclass(frozen=True)
class Answer:
    """An answer that comes from no container.

    Attributes:
        status: such as 429.
        message: why, and what to do.
        headers: beside those that every answer has.

    """

    status: int
    message: str
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def body(self) -> bytes:
        """The message in the form in which the server tells errors."""
        return json.dumps({"message": self.message}).encode()

    @property
    def content_headers(self) -> RawHeaders:
        """The headers without ids and framing."""
        return [(b"content-type", b"application/json"), *self.headers]


def too_large(most_bytes: int) -> Answer:
    """Return the answer to a request whose body is too large."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return Answer(status, f"The body is larger than {most_bytes} bytes, which is the limit.")


def unreachable(rules: Rules, message: str, status: HTTPStatus) -> Answer:
    """Return the answer for a container that gives none.

    A managed endpoint tells it as a failure of the model, with the status in a header.
    """
    if rules.unreachable is HTTPStatus.FAILED_DEPENDENCY:
        headers = ((ERROR_STATUS, b"%d" % status), (ERROR_REASON, MODEL_ERROR))
        return Answer(rules.unreachable, message, headers)
    return Answer(status, message)


def status_line(status: int, reason: bytes | None = None) -> bytes:
    """Return the first line of an answer."""
    return b"HTTP/1.1 %d %b\r\n" % (status, _TEXT_OF_STATUS.get(status, reason or b"Unknown"))
