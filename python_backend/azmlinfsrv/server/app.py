"""The Flask application: every route that is not scored on the short way, and routing errors."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from azmlinfsrv.scoring import Scorer, ScoringRequest
from azmlinfsrv.server.reply import SCORE_METHODS, Reply, health, score


def create_app(scorer: Scorer) -> Flask:
    """Return the WSGI application that serves ``scorer``, whose ``init()`` has run."""
    app = Flask("azmlinfsrv", static_folder=None)

    @app.get("/")
    def get_health() -> Response:
        return _response(health())

    @app.route("/score", methods=SCORE_METHODS)
    def post_score() -> Response:
        return _response(score(scorer, _scoring_request()))

    @app.errorhandler(HTTPException)
    def routing_error(error: HTTPException) -> Response:
        return Response(
            json.dumps({"message": error.description}),
            status=error.code or HTTPStatus.INTERNAL_SERVER_ERROR,
            content_type="application/json",
            headers={"x-ms-run-function-failed": "False"},
        )

    return app


def _scoring_request() -> ScoringRequest:
    return ScoringRequest(
        body=request.get_data(),
        method="GET" if request.method == "HEAD" else request.method,
        query=request.query_string.decode("latin-1"),
        content_type=request.content_type or "",
        headers={name.title(): value for name, value in request.headers.items()},
    )


def _response(reply: Reply) -> Response:
    return Response(
        reply.body, status=reply.status, headers=reply.headers, content_type=reply.content_type
    )
