"""What the server answers, apart from any HTTP library: one meaning for every front."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

import azmlinfsrv
from azmlinfsrv.scoring import EntryScriptError, Scorer, ScoringRequest
from azmlinfsrv.server.log import logger

SERVER_VERSION = f"azmlinfsrv/{azmlinfsrv.__version__}"

SCORE_METHODS = frozenset({"GET", "POST"})


@dataclass(frozen=True)
class Reply:
    """An HTTP answer. ``headers`` holds no Content-Length: the front knows how it sends."""

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


def health() -> Reply:
    """Answer a liveness probe. A worker answers at all only once ``init()`` has succeeded."""
    return Reply(
        HTTPStatus.OK,
        b"Healthy",
        "text/html; charset=utf-8",
        {"x-ms-server-version": SERVER_VERSION},
    )


def score(scorer: Scorer, request: ScoringRequest) -> Reply:
    """Score one request; what goes wrong in the script is logged."""
    answer = scorer.score(request)
    if answer.error:
        log_script_error(answer.error)
    headers = {"x-ms-run-function-failed": str(answer.run_failed)}
    if answer.run_ms is not None:
        headers["x-ms-run-fn-exec-ms"] = f"{answer.run_ms:.3f}"
    headers["x-ms-server-version"] = SERVER_VERSION
    return Reply(answer.status, answer.value.encode(), "application/json", headers)


def log_script_error(error: EntryScriptError) -> None:
    """Log a failure of the entry script: where and what first, then the script's own stack."""
    logger.error("%s", error)
    if error.details:
        logger.error("In the entry script:\n%s", error.details)
