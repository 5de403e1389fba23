"""The Flask application: every route that is not answered on the short way, and routing errors."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.scoring.raw_http import wsgi_environ
from azmlinfsrv.scoring.result import RUN_FAILED_HEADER
from azmlinfsrv.server.reply import HTML, Reply
from azmlinfsrv.server.request_ids import OverlongIdError, id_headers
from azmlinfsrv.server.swagger import NoSuchVersionError

if TYPE_CHECKING:
    from azmlinfsrv.server.service import Service

_JSON = "application/json"
_REQUEST = "azmlinfsrv.request"


def create_app(service: Service) -> Flask:
    """Return the WSGI application for the routes of ``Lane.ASIDE``.

    It answers HEAD and OPTIONS of ``/`` and ``/score``, ``/swagger.json``, and requests for which
    there is no route or method.
    """
    app = Flask("azmlinfsrv", static_folder=None)
    if service.settings.docs:
        from azmlinfsrv.server.api_page.routes import api_page

        app.register_blueprint(api_page(service))

    @app.before_request
    def check_ids() -> Response | None:
        g.started = time.perf_counter()
        try:
            g.ids = id_headers(_sent().headers)
        except OverlongIdError as error:
            if request.routing_exception is not None:
                # As published, a wrong path or method is told before a wrong id.
                g.ids = error.headers
                return None
            g.is_complete = True
            reply = service.overlong_id(error, _sent())
            return Response(reply.body, reply.status, reply.headers)
        return None

    @app.get("/")
    def health() -> Response:
        return Response("Healthy", headers=[HTML])

    @app.route("/score", methods=["GET", "POST", "OPTIONS"])
    def score_without_scoring() -> Response:
        """Answer OPTIONS and HEAD; GET and POST are scored before Flask is asked."""
        failed = (RUN_FAILED_HEADER, "False")
        if request.method == "OPTIONS":
            return Response(headers=[HTML, failed])
        message = {"message": "Method not allowed"}
        status = HTTPStatus.METHOD_NOT_ALLOWED
        return Response(json.dumps(message), status, [failed], content_type=_JSON)

    @app.get("/swagger.json")
    def swagger() -> Response:
        failed = (RUN_FAILED_HEADER, "False")
        description = service.description
        assert description is not None  # noqa: S101 - a worker has one before it is ready
        try:
            document = description.document(request.args.get("version", "2"))
        except NoSuchVersionError as error:
            message = json.dumps({"message": str(error)})
            return Response(message, error.status, [failed], content_type=_JSON)
        return Response(json.dumps(document), headers=[failed], content_type=_JSON)

    @app.errorhandler(HTTPException)
    def routing_error(error: HTTPException) -> Response:
        message = {"message": error.description}
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        return Response(
            json.dumps(message), status, [(RUN_FAILED_HEADER, "False")], content_type=_JSON
        )

    @app.after_request
    def complete(response: Response) -> Response:
        if "is_complete" not in g:
            response.headers.extend(service.common_headers(_sent(), g.ids))
        # What the API page loads of itself is no news; what is sent from it is.
        if request.path != "/" and "is_of_page" not in g:
            reply = Reply(response.status_code, [], response.get_data())
            service.note(_sent(), reply, g.get("ids", []), g.started)
        return response

    return app


def reply_by_flask(app: Flask, sent: ScoringRequest) -> Reply:
    """Answer a request by the Flask application."""
    environ = wsgi_environ(sent)
    environ[_REQUEST] = sent
    response = WerkzeugResponse.from_app(app, environ, buffered=True)
    length = response.content_length
    del response.headers["Content-Length"]
    return Reply(response.status_code, list(response.headers), response.get_data(), length)


def _sent() -> ScoringRequest:
    sent: ScoringRequest = request.environ[_REQUEST]
    return sent
