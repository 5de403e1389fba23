"""The service as a WSGI application (PEP 3333), for waitress."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.server.auth.guard import Admits
from azmlinfsrv.server.reply import Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# The reason phrases are looked up for every answer; the enumeration itself is slow.
_STATUS_LINES = {int(status): f"{int(status)} {status.phrase}" for status in HTTPStatus}


class ScoringWSGI:
    """Called in a thread of the request's lane.

    Args:
        answer: answers a request.
        admits: tells by method, path and headers whether a request may be served; the body of any
            other is not looked at.

    """

    def __init__(
        self,
        answer: Callable[[ScoringRequest], Reply],
        admits: Admits,
    ) -> None:
        self._answer = answer
        self._admits = admits

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        reply = self._answer(self._scoring_request(environ))
        headers = reply.headers
        status = _STATUS_LINES.get(reply.status) or f"{reply.status} Unknown"
        if isinstance(reply.body, bytes):
            start_response(status, [*headers, ("Content-Length", str(reply.content_length))])
            return [reply.body]
        start_response(status, headers)
        return reply.body

    def _scoring_request(self, environ: WSGIEnvironment) -> ScoringRequest:
        # waitress takes chunked bodies apart and ends the stream where the body ends.
        length = int(environ.get("CONTENT_LENGTH") or -1)
        method, headers = environ["REQUEST_METHOD"], _headers(environ)
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        reads = length and self._admits(method, path, headers)
        return ScoringRequest(
            body=environ["wsgi.input"].read(length) if reads else b"",
            method=method,
            query=environ.get("QUERY_STRING", ""),
            headers=headers,
            path=path,
            client=environ.get("REMOTE_ADDR"),
        )


def _headers(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return headers
