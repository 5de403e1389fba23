"""The routes of the page, and what its answers forbid the browser to do."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, g, redirect
from werkzeug.wrappers import Response as WerkzeugResponse

from azmlinfsrv.server.api_page.assets import NoSwaggerUiError, asset, page
from azmlinfsrv.server.api_page.document import page_document

if TYPE_CHECKING:
    from azmlinfsrv.server.service import Service

_PATH = "/docs"

# Which pages may show this one in a frame: VS Code's Simple Browser, as a desktop program, on
# this machine in a browser, under the same address as this page (code-server's proxy), and where
# Codespaces show it.
_FRAMES = (
    "'self' vscode-webview: vscode-file: http://127.0.0.1:* http://localhost:* "
    "https://127.0.0.1:* https://localhost:* https://*.vscode-cdn.net https://*.github.dev"
)
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Swagger UI's style sheet holds its pictures; blob: is an image that the script answers.
        "img-src 'self' data: blob:",
        "media-src blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        f"frame-ancestors {_FRAMES}",
    ]
)
_SECURITY = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def api_page(service: Service) -> Blueprint:
    """Return the routes below ``/docs``."""
    blueprint = Blueprint("api_page", __name__)

    @blueprint.get(_PATH)
    def show() -> Response:
        try:
            return Response(page(), content_type="text/html; charset=utf-8")
        except NoSwaggerUiError as error:
            abort(HTTPStatus.INTERNAL_SERVER_ERROR, f"The API page cannot be shown: {error}.")

    @blueprint.get(f"{_PATH}/")
    def without_slash() -> WerkzeugResponse:
        return redirect(f"..{_PATH}", HTTPStatus.PERMANENT_REDIRECT)

    @blueprint.get(f"{_PATH}/openapi.json")
    def document() -> Response:
        description = service.description
        assert description is not None  # noqa: S101 - a worker has one before it is ready
        found = page_document(description, service.scorer.script, service.settings)
        return Response(json.dumps(found), content_type="application/json")

    @blueprint.get(f"{_PATH}/<name>")
    def file(name: str) -> Response:
        found = asset(name)
        if found is None:
            abort(HTTPStatus.NOT_FOUND)
        response = Response(found[0], content_type=found[1])
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        return response

    @blueprint.after_request
    def forbid(response: Response) -> Response:
        g.is_of_page = True
        response.headers.update(_SECURITY)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return blueprint
