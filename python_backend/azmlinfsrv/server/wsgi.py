"""The WSGI application of both fronts: the two hot routes at once, everything else by Flask."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from azmlinfsrv.scoring import Scorer, ScoringRequest
from azmlinfsrv.server.reply import SCORE_METHODS, Reply, health, score

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# The reason phrases are looked up for every answer; the enumeration itself is slow.
_PHRASES = {int(status): f"{int(status)} {status.phrase.upper()}" for status in HTTPStatus}


class ScoringApplication:
    """Serves a scorer whose ``init()`` has run.

    Health and scoring need nothing of a web framework, and importing Flask takes a fifth of a
    second, more under the debugger. So it is imported with the first request that needs it.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    @functools.cached_property
    def flask(self) -> WSGIApplication:
        """Flask, for every other route and method."""
        from azmlinfsrv.server.app import create_app

        return create_app(self._scorer)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path == "/" and method == "GET":
            return _send(health(), start_response)
        if path == "/score" and method in SCORE_METHODS:
            return _send(score(self._scorer, _scoring_request(environ)), start_response)
        return self.flask(environ, start_response)


def _send(reply: Reply, start_response: Callable[..., Any]) -> list[bytes]:
    headers = [
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        *reply.headers.items(),
    ]
    start_response(_PHRASES[reply.status], headers)
    return [reply.body]


def _scoring_request(environ: WSGIEnvironment) -> ScoringRequest:
    # Both fronts take chunked bodies apart and end the stream where the body ends.
    chunked = environ.get("wsgi.input_terminated")
    length = int(environ.get("CONTENT_LENGTH") or (-1 if chunked else 0))
    return ScoringRequest(
        body=environ["wsgi.input"].read(length) if length else b"",
        method=environ["REQUEST_METHOD"],
        query=environ.get("QUERY_STRING", ""),
        content_type=environ.get("CONTENT_TYPE", ""),
        headers=_header_names(environ),
    )


def _header_names(environ: WSGIEnvironment) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").title()] = environ[name]
    return headers
