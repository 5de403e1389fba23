"""The Flask application: health, scoring, and errors in the published shape."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

import azmlinfsrv
from azmlinfsrv.scoring import Answer, EntryScriptError, Scorer, ScoringRequest
from azmlinfsrv.server.log import logger

SERVER_VERSION = f"azmlinfsrv/{azmlinfsrv.__version__}"


def create_app(scorer: Scorer) -> Flask:
    """Return the WSGI application that serves ``scorer``, whose ``init()`` has run."""
    app = Flask("azmlinfsrv", static_folder=None)

    @app.get("/")
    def health() -> Response:
        return _with_version(Response("Healthy"))

    @app.route("/score", methods=["GET", "POST"])
    def score() -> Response:
        answer = scorer.score(_scoring_request())
        if answer.error:
            log_script_error(answer.error)
        return _with_version(_response(answer))

    @app.errorhandler(HTTPException)
    def routing_error(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        response = _json_response(json.dumps({"message": error.description}), status)
        response.headers["x-ms-run-function-failed"] = "False"
        return response

    return app


def log_script_error(error: EntryScriptError) -> None:
    """Log a failure of the entry script: where and what first, then the script's own stack."""
    logger.error("%s", error)
    if error.details:
        logger.error("In the entry script:\n%s", error.details)


def _scoring_request() -> ScoringRequest:
    return ScoringRequest(
        body=request.get_data(),
        method="GET" if request.method == "HEAD" else request.method,
        query=request.query_string.decode("latin-1"),
        content_type=request.content_type or "",
        headers={name.title(): value for name, value in request.headers.items()},
    )


def _response(answer: Answer) -> Response:
    response = _json_response(answer.value, answer.status)
    response.headers["x-ms-run-function-failed"] = str(answer.run_failed)
    if answer.run_ms is not None:
        response.headers["x-ms-run-fn-exec-ms"] = f"{answer.run_ms:.3f}"
    return response


def _json_response(text: str, status: int) -> Response:
    return Response(text, status=status, content_type="application/json")


def _with_version(response: Response) -> Response:
    response.headers["x-ms-server-version"] = SERVER_VERSION
    return response
