"""What the server answers: one meaning for both fronts.

A front asks in which lane a request belongs, and calls ``answer`` in a thread of that lane.
"""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator
from enum import Enum
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Any

import azmlinfsrv
from azmlinfsrv.scoring import EntryScriptError, InputStyle, Scorer, ScoringRequest
from azmlinfsrv.scoring.result import (
    INTERNAL_ERROR,
    RUN_FAILED,
    RUN_FAILED_HEADER,
    Answer,
    error_answer,
)
from azmlinfsrv.server.cors import cors_headers
from azmlinfsrv.server.log import logger, request_id, script_logger
from azmlinfsrv.server.print_records import flush_prints
from azmlinfsrv.server.reply import HTML, Headers, Reply, error_reply
from azmlinfsrv.server.request_ids import OverlongIdError, id_headers
from azmlinfsrv.server.request_log import RequestLog, RequestRecord
from azmlinfsrv.server.settings import Settings

if TYPE_CHECKING:
    from azmlinfsrv.server.swagger import ApiDescription
    from azmlinfsrv.server.telemetry import Telemetry

SERVER_VERSION = f"azmlinfsrv/{azmlinfsrv.__version__}"
VERSION_VARIABLE = "HTTP_X_MS_SERVER_VERSION"

_SCORE_METHODS = frozenset({"GET", "POST"})
_RAW_SCORE_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS"})
_PROBE_METHODS = frozenset({"GET", "HEAD"})
_PROBE_TEXTS = {"/": b"Healthy", "/livez": b"Alive", "/readyz": b"Ready"}


class Lane(Enum):
    """Where a request is answered, so that none waits for another kind."""

    PROBE = "probe"
    """At once, even while ``init()`` runs."""
    HEALTH = "health"
    """At once, when ``init()`` is done."""
    SCORING = "scoring"
    """One after the other, in the thread in which ``init()`` ran."""
    ASIDE = "aside"
    """In some other thread: every other route, by Flask."""


class Service:
    """Answers requests about one entry script.

    Args:
        settings: the settings in force.
        scorer: the script, loaded; ``init()`` may still be to come.

    """

    def __init__(self, settings: Settings, scorer: Scorer) -> None:
        self.settings = settings
        self.scorer = scorer
        self.is_ready = False
        self.request_log = RequestLog()
        self.description: ApiDescription | None = None
        self.telemetry: Telemetry | None = None
        # A version that was there before the server started is passed on whatever the setting is.
        version = os.environ.get(VERSION_VARIABLE) or (
            SERVER_VERSION if settings.send_version else None
        )
        self._version: Headers = [("x-ms-server-version", version)] if version else []

    def lane(self, method: str, path: str) -> Lane:
        """Return where such a request is to be answered."""
        if path == "/score":
            is_raw = self.is_ready and self.scorer.script.style is InputStyle.RAW
            methods = _RAW_SCORE_METHODS if is_raw else _SCORE_METHODS
            return Lane.SCORING if method in methods else Lane.ASIDE
        if path in _PROBE_TEXTS and method in _PROBE_METHODS:
            return Lane.HEALTH if path == "/" else Lane.PROBE
        return Lane.ASIDE

    def answer(self, request: ScoringRequest, lane: Lane) -> Reply:
        """Answer a request, in a thread of its lane. Never raises an Exception."""
        try:
            return self._answer(request, lane)
        except Exception:  # noqa: BLE001 - logged, and the client is told
            # A fault of ours must not end the thread, and with it the server.
            logger.exception("The server failed to answer %s %s", request.method, request.path)
            failed = (RUN_FAILED_HEADER, "False")
            return error_reply(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL_ERROR, failed)

    def _answer(self, request: ScoringRequest, lane: Lane) -> Reply:
        if lane is Lane.ASIDE:
            return self._aside(request)
        try:
            ids = id_headers(request.headers)
        except OverlongIdError as error:
            return self.overlong_id(error, request)
        if lane is Lane.SCORING:
            return self._score(request, ids)
        headers = [HTML, *self.common_headers(request, ids)]
        status, text = HTTPStatus.OK, _PROBE_TEXTS[request.path]
        if request.path == "/readyz" and not self.is_ready:
            status, text = HTTPStatus.SERVICE_UNAVAILABLE, b"Not ready: init() has not returned."
        if request.method == "HEAD":
            return Reply(status, headers, b"", len(text))
        return Reply(status, headers, text)

    def common_headers(self, request: ScoringRequest, ids: Headers) -> Headers:
        """Return what every answer of a known route carries."""
        headers = [*self._version, *ids]
        if trace := request.headers.get("traceid"):
            headers.append(("TraceId", trace))
        if self.settings.cors_origins:
            headers += cors_headers(self.settings.cors_origins, request.method, request.headers)
        return headers

    def overlong_id(self, error: OverlongIdError, request: ScoringRequest) -> Reply:
        """Refuse a request whose id is too long."""
        return error_reply(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            error.message,
            (RUN_FAILED_HEADER, "False"),
            *self.common_headers(request, error.headers),
        )

    def given_up(self, request: ScoringRequest) -> Reply:
        """Answer a request whose ``run()`` does not return, while it is still there."""
        failed = (RUN_FAILED_HEADER, "True")
        headers = self.common_headers(request, id_headers(request.headers))
        return error_reply(HTTPStatus.INTERNAL_SERVER_ERROR, RUN_FAILED, failed, *headers)

    def note(
        self,
        request: ScoringRequest,
        reply: Reply,
        ids: Headers,
        started: float,
        error: EntryScriptError | None = None,
    ) -> None:
        """Keep the log line of an answered request, and send its telemetry."""
        target = f"{request.path}?{request.query}" if request.query else request.path
        self.request_log.add(
            RequestRecord(
                request.method,
                target,
                reply.status,
                (time.perf_counter() - started) * 1000,
                reply.content_length,
                ids[0][1] if ids else None,
                time.time(),
            )
        )
        if self.telemetry:
            self.telemetry.answered(request, reply, ids, started, error)

    def _score(self, request: ScoringRequest, ids: Headers) -> Reply:
        started = time.perf_counter()
        token = request_id.set(ids[0][1] if ids else None)
        try:
            answer = self._begin_stream(self.scorer.score(request))
            flush_prints()
            if answer.error:
                log_script_error(answer.error)
        finally:
            request_id.reset(token)
        headers = list(answer.headers)
        if answer.run_failed is not None:
            headers.append((RUN_FAILED_HEADER, str(answer.run_failed)))
        if answer.run_ms is not None:
            headers.append(("x-ms-run-fn-exec-ms", f"{answer.run_ms:.3f}"))
        headers += self.common_headers(request, ids)
        if self.settings.cors_origins:
            headers = _without_doubles(headers)
        reply = Reply(answer.status, headers, answer.body)
        if request.method == "HEAD" and isinstance(reply.body, bytes):
            reply.length, reply.body = len(reply.body), b""
        self.note(request, reply, ids, started, answer.error)
        return reply

    def _begin_stream(self, answer: Answer) -> Answer:
        """Take the first chunk of a stream: if there is none for an error, there is a status."""
        if isinstance(answer.body, bytes):
            return answer
        try:
            first = next(answer.body, b"")
        except BaseException as error:  # noqa: BLE001 - whatever the script raises is its failure
            return error_answer(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                RUN_FAILED,
                run_failed=True,
                error=self._stream_failure(error),
            )
        answer.body = self._rest_of_stream(first, answer.body)
        return answer

    def _rest_of_stream(self, first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from (chunk for chunk in chain([first], rest) if chunk)
        except Exception as error:
            log_script_error(self._stream_failure(error))
            raise

    def _stream_failure(self, error: BaseException) -> EntryScriptError:
        what = "The stream that run() returned failed"
        return EntryScriptError.from_exception(what, error, self.scorer.path)

    def _aside(self, request: ScoringRequest) -> Reply:
        from azmlinfsrv.server.app import reply_by_flask

        return reply_by_flask(self._flask, request)

    @functools.cached_property
    def _flask(self) -> Any:
        from azmlinfsrv.server.app import create_app

        return create_app(self)


def log_script_error(error: EntryScriptError) -> None:
    """Log a failure of the entry script: where and what first, then the script's own stack."""
    script_logger.error("%s", error)
    if error.details:
        script_logger.error("In the entry script:\n%s", error.details)


def _without_doubles(headers: Headers) -> Headers:
    """Let a script's own Access-Control headers win over those of the settings."""
    seen: set[str] = set()
    kept = []
    for name, value in headers:
        key = name.lower()
        if key.startswith("access-control-") and key in seen:
            continue
        seen.add(key)
        kept.append((name, value))
    return kept
