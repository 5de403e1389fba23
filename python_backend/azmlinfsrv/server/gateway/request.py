"""A request as a gateway sees it: its head is read, its body passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azmlinfsrv.server.gateway.headers import request_headers, written
from azmlinfsrv.server.gateway.response_reader import RawHeaders

_PROBES = frozenset({"/", "/livez", "/readyz"})


@dataclass(frozen=True)
class Request:
    """The head of a request.

    Attributes:
        method: such as ``POST``.
        target: the path and the query, as they were sent.
        path: the path, decoded.
        values: the headers by lower-case name.
        passed: the headers that go to the container.
        ids: those by which its answer is told from others.
        length: of the body; None if only its end tells.

    """

    method: str
    target: str
    path: str
    values: Mapping[str, str]
    passed: RawHeaders
    ids: RawHeaders
    length: int | None

    @property
    def is_probe(self) -> bool:
        """Whether it only asks if the server is there."""
        return self.method == "GET" and self.path in _PROBES

    @property
    def has_body(self) -> bool:
        """Whether a body follows."""
        return self.length != 0

    @property
    def waits_to_be_asked(self) -> bool:
        """Whether the body comes only after ``100 Continue``."""
        return self.has_body and self.values.get("expect", "").lower() == "100-continue"

    def head(self, authorization: str | None) -> bytes:
        """Return the head as it goes to the container. Args: authorization: in place of its own."""
        headers = self.passed
        if authorization is not None:
            headers = [header for header in headers if header[0] != b"authorization"]
            headers = [*headers, (b"authorization", authorization.encode("latin-1"))]
        framing = b"transfer-encoding: chunked\r\n"
        if self.length is not None:
            framing = b"content-length: %d\r\n" % self.length
        line = f"{self.method} {self.target} HTTP/1.1\r\n".encode("latin-1")
        return line + written(headers) + framing + b"\r\n"


def request_of(parsed: Any, values: Mapping[str, str]) -> Request:
    """Return the request that gunicorn's parser has read the head of."""
    passed, ids = request_headers(parsed.headers_bytes)
    is_chunked = "transfer-encoding" in values
    return Request(
        method=parsed.method,
        target=parsed.uri,
        path=parsed.path,
        values=values,
        passed=passed,
        ids=ids,
        length=None if is_chunked else int(values.get("content-length") or 0),
    )
