"""``@rawhttp``: call ``run()`` with a Flask request made from the scoring request."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask import request as flask_request

from azmlinfsrv.scoring.request import ScoringRequest

_UNPREFIXED = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def call_with_request(
    run: Callable[..., object],
    first_parameter: str,
    arguments: dict[str, object],
    request: ScoringRequest,
) -> object:
    """Return the result of ``run()``, whose first parameter gets the request.

    As published it gets Flask's proxy of the current request, within a request context: whatever
    the script takes from ``flask`` works.
    """
    with _context_application().request_context(wsgi_environ(request)):
        return run(**{first_parameter: flask_request}, **arguments)


@functools.cache
def _context_application() -> Flask:
    return Flask("azmlinfsrv", static_folder=None)


def wsgi_environ(request: ScoringRequest) -> dict[str, Any]:
    """Return the WSGI environment (PEP 3333) of a request."""
    host, _, port = request.headers.get("host", "127.0.0.1").partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if request.client:
        environ["REMOTE_ADDR"] = request.client
    for name, value in request.headers.items():
        environ[_UNPREFIXED.get(name) or f"HTTP_{name.upper().replace('-', '_')}"] = value
    # Of a chunked body, too, the length is known by now.
    environ["CONTENT_LENGTH"] = str(len(request.body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ
