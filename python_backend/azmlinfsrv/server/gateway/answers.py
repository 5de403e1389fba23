"""What a gateway answers itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus

from azmlinfsrv.server.gateway.headers import ERROR_REASON, ERROR_STATUS, written
from azmlinfsrv.server.gateway.response_reader import RawHeaders
from azmlinfsrv.server.gateway.rules import Rules
from azmlinfsrv.server.gateway.table import Target

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

    def written(self, more: RawHeaders, *, closes: bool, has_body: bool = True) -> bytes:
        """Return all of it. Args: more: further headers; has_body: False for HEAD."""
        body = self.body
        headers = [
            (b"content-type", b"application/json"),
            *self.headers,
            *more,
            (b"date", formatdate(usegmt=True).encode()),
            (b"content-length", b"%d" % len(body)),
        ]
        if closes:
            headers.append((b"connection", b"close"))
        head = status_line(self.status) + written(headers) + b"\r\n"
        return head + body if has_body else head


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


def timed_out(rules: Rules, target: Target) -> Answer:
    """Return the answer to a request that takes too long."""
    return Answer(
        rules.timed_out,
        f"The request took longer than {target.timeout * 1000:.0f} ms, which is the limit of "
        f"{target.name} (request_timeout_ms).",
    )


def full(rules: Rules, target: Target, places: int) -> Answer:
    """Return the answer to a request for which there is no place."""
    return Answer(
        rules.full,
        f"The deployment {target.name} has {places} requests already, as many as it may "
        "(max_concurrent_requests_per_instance). Send it again later.",
    )


def status_line(status: int, reason: bytes | None = None) -> bytes:
    """Return the first line of an answer."""
    return b"HTTP/1.1 %d %b\r\n" % (status, _TEXT_OF_STATUS.get(status, reason or b"Unknown"))
