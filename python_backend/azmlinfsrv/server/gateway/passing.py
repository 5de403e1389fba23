"""How the answer of a container is written for the client."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from azmlinfsrv.server.gateway.answers import MODEL_ERROR, status_line
from azmlinfsrv.server.gateway.headers import (
    DEPLOYMENT,
    ERROR_REASON,
    ERROR_STATUS,
    SESSION,
    response_headers,
    written,
)
from azmlinfsrv.server.gateway.response_reader import RawHeaders, ResponseHead
from azmlinfsrv.server.gateway.rules import Rules

_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Passing:
    """The answer of a container on its way to the client.

    Args:
        head: as the container sent it.
        rules: of the kind of endpoint.
        deployment: who has answered.
        is_old: whether the client knows no chunks (HTTP/1.0).

    Attributes:
        ends_connection: whether only the end of the connection tells the end of the body.

    """

    def __init__(self, head: ResponseHead, rules: Rules, deployment: str, *, is_old: bool) -> None:
        status = rules.seen_status(head.status)
        self._is_chunked = False
        self.ends_connection = False
        server = rules.server.encode() if rules.server else None
        self._headers = response_headers(head.headers, server)
        if server:
            self._headers.append((b"server", server))
        if status == HTTPStatus.FAILED_DEPENDENCY != head.status:
            self._headers.append((ERROR_STATUS, b"%d" % head.status))
            self._headers.append((ERROR_REASON, MODEL_ERROR))
        self._headers += names_of(deployment)
        if status not in _BODILESS:
            self._frame(head.length, is_old=is_old)
        self._line = status_line(status, head.reason if status == head.status else None)

    def head(self, *, closes: bool) -> bytes:
        """Return the head. Args: closes: whether the connection ends with this answer."""
        last = b"connection: close\r\n\r\n" if closes or self.ends_connection else b"\r\n"
        return self._line + written(self._headers) + last

    def body(self, parts: Sequence[bytes], *, is_complete: bool) -> list[bytes]:
        """Return parts of the body as they are sent."""
        if not self._is_chunked:
            return list(parts)
        out = [piece for part in parts for piece in (b"%x\r\n" % len(part), part, b"\r\n")]
        return [*out, b"0\r\n\r\n"] if is_complete else out

    def _frame(self, length: int | None, *, is_old: bool) -> None:
        if length is not None:
            self._headers.append((b"content-length", b"%d" % length))
        elif is_old:
            self.ends_connection = True
        else:
            self._is_chunked = True
            self._headers.append((b"transfer-encoding", b"chunked"))


def names_of(deployment: str) -> RawHeaders:
    """Return the headers that say who has answered."""
    name = deployment.encode()
    return [(DEPLOYMENT, name), (SESSION, name)]
