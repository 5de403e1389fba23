"""What the server answers: one meaning for both fronts.

A front asks in which lane a request belongs, and calls ``answer`` in a thread of that lane.
"""

from __future__ import annotations

import contextlib
import functools
import os
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, Any

import azmlinfsrv
from azmlinfsrv.debugging.figures import WorkerFigures
from azmlinfsrv.debugging.post_mortem import stop_where_raised
from azmlinfsrv.scoring import EntryScriptError, InputStyle, Scorer, ScoringRequest
from azmlinfsrv.scoring.result import (
    INTERNAL_ERROR,
    RUN_FAILED,
    RUN_FAILED_HEADER,
    Answer,
    error_answer,
)
from azmlinfsrv.server.auth.guard import Refusal, guard_of
from azmlinfsrv.server.cors import cors_headers, is_preflight, without_doubles
from azmlinfsrv.server.lane import Lane
from azmlinfsrv.server.log import logger, request_id
from azmlinfsrv.server.print_records import flush_prints
from azmlinfsrv.server.reply import HTML, Headers, Reply, error_reply
from azmlinfsrv.server.request_ids import OverlongIdError, id_headers
from azmlinfsrv.server.request_log import RequestLog, RequestRecord
from azmlinfsrv.server.running import Running
from azmlinfsrv.server.script_errors import log_script_error, not_returned, with_details
from azmlinfsrv.server.settings import Settings

if TYPE_CHECKING:
    from azmlinfsrv.server.swagger import ApiDescription
    from azmlinfsrv.server.telemetry import Telemetry

SERVER_VERSION = f"azmlinfsrv/{azmlinfsrv.__version__}"
VERSION_VARIABLE = "HTTP_X_MS_SERVER_VERSION"

_STREAM = "The stream that run() returned"
STUCK = "run() does not return, and this worker is given up. Try again."
STOPPING = "The server is stopping."
_SCORE_METHODS = frozenset({"GET", "POST"})
_RAW_SCORE_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS"})
_PROBE_METHODS = frozenset({"GET", "HEAD"})
_PROBE_TEXTS = {"/": b"Healthy", "/livez": b"Alive", "/readyz": b"Ready"}


class StreamBrokenError(Exception):
    """A stream came to a bad end, which has been logged: its connection has to be cut."""


class Service:
    """Answers requests about one entry script.

    Args:
        settings: the settings in force.
        scorer: the script, loaded; ``init()`` may still be to come.

    Attributes:
        is_ready: whether ``init()`` has returned.
        is_stuck: whether every scoring thread is in a ``run()`` that has been given up.
        load_began_ns: when the script began to be loaded, a ``time.time_ns()``.
        boot_failure: why the script could not be loaded, the last time that it was tried.
        figures: what other processes may know of this worker.
        guard: tells who may be served; None when everybody may.

    """

    def __init__(self, settings: Settings, scorer: Scorer) -> None:
        self.settings = settings
        self.scorer = scorer
        self.is_ready = False
        self.is_stuck = False
        self.load_began_ns = 0
        self.boot_failure: EntryScriptError | None = None
        self.figures = WorkerFigures()
        self.request_log = RequestLog()
        self.guard = guard_of(settings)
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

    def admits(self, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Return whether a request may be served, before its body is looked at."""
        return self._check(method, path, headers) is None

    def refusal(self, request: ScoringRequest) -> Reply | None:
        """Return the answer to a request that may not be served; None for any other."""
        refusal = self._check(request.method, request.path, request.headers)
        if refusal is None:
            return None
        ids = self._ids_if_any(request)
        headers = [(RUN_FAILED_HEADER, "False"), *self.common_headers(request, ids)]
        if refusal.challenge:
            headers.append(("WWW-Authenticate", refusal.challenge))
        reply = error_reply(refusal.status, refusal.message, *headers)
        self.note(request, reply, ids, time.perf_counter())
        return reply

    def _check(self, method: str, path: str, headers: Mapping[str, str]) -> Refusal | None:
        if self.guard is None or (path in _PROBE_TEXTS and method in _PROBE_METHODS):
            return None
        # Browsers ask beforehand without a key. A script that would answer it itself is not asked.
        if is_preflight(self.settings.cors_origins, method, headers):
            return None if self.lane(method, path) is Lane.ASIDE else self.guard.check(headers)
        return self.guard.check(headers)

    def answer(self, request: ScoringRequest, lane: Lane) -> Reply:
        """Answer what is not scored, in a thread of its lane. Never raises an Exception."""
        try:
            return self._aside(request) if lane is Lane.ASIDE else self._probe(request)
        except Exception:  # noqa: BLE001 - logged, and the client is told
            return self._fault(request)

    def score(self, running: Running[Any]) -> Reply | None:
        """Answer a request to be scored, in a scoring thread. Never raises an Exception.

        Returns None when it took so long that somebody else has answered meanwhile.
        """
        request = running.request
        try:
            running.ids = id_headers(request.headers)
        except OverlongIdError as refusal:
            running.has_failed = True
            return self.overlong_id(refusal, request) if running.claim() else None
        started = time.perf_counter()
        token = request_id.set(running.ids[0][1] if running.ids else None)
        error: EntryScriptError | None = None
        try:
            answer = self._begin_stream(self.scorer.score(request), running.ids)
            error = answer.error
            flush_prints()
            if error:
                log_script_error(error)
                stop_where_raised(error.__cause__)
            reply = self._reply(request, running.ids, answer)
        except Exception:  # noqa: BLE001 - logged, and the client is told
            reply = self._fault(request)
        finally:
            request_id.reset(token)
        running.is_streaming = not isinstance(reply.body, bytes)
        running.has_failed = reply.status >= HTTPStatus.BAD_REQUEST
        if not running.claim():
            running.has_failed = True
            elapsed_ms = (time.perf_counter() - started) * 1000
            late = {"request_id": running.ids[0][1]} if running.ids else None
            what = "run() ended after %.0f ms, when its client had been answered"
            logger.warning(what, elapsed_ms, extra=late)
            return None
        self.note(request, reply, running.ids, started, error)
        return reply

    def _fault(self, request: ScoringRequest) -> Reply:
        # A fault of ours must not end the thread, and with it the server.
        logger.exception("The server failed to answer %s %s", request.method, request.path)
        failed = (RUN_FAILED_HEADER, "False")
        return error_reply(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL_ERROR, failed)

    def _probe(self, request: ScoringRequest) -> Reply:
        try:
            ids = id_headers(request.headers)
        except OverlongIdError as error:
            return self.overlong_id(error, request)
        headers = [HTML, *self.common_headers(request, ids)]
        status, text = HTTPStatus.OK, _PROBE_TEXTS[request.path]
        if request.path != "/livez" and (reason := self._not_ready()):
            status, text = HTTPStatus.SERVICE_UNAVAILABLE, reason
        if request.method == "HEAD":
            return Reply(status, headers, b"", len(text))
        return Reply(status, headers, text)

    def _not_ready(self) -> bytes | None:
        if not self.is_ready:
            return b"Not ready: init() has not returned."
        return b"Not ready: run() does not return." if self.is_stuck else None

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

    def too_late(self, running: Running[Any]) -> Reply:
        """Answer, from another thread, a request whose ``run()`` does not return.

        The log shows where in the script it is.
        """
        error = not_returned(running, self.scorer.path)
        log_script_error(error, running.ids)
        waited = time.monotonic() - running.started
        is_scoring_timeout = 0 < self.settings.scoring_timeout_ms <= waited * 1000
        message = self.scorer.timeout_message if is_scoring_timeout else RUN_FAILED
        answer = error_answer(
            HTTPStatus.INTERNAL_SERVER_ERROR, message, run_failed=True, error=error
        )
        reply = self._reply(running.request, running.ids, answer)
        self.note(running.request, reply, running.ids, time.perf_counter() - waited, error)
        return reply

    def unavailable(self, request: ScoringRequest, why: str) -> Reply:
        """Refuse a request that this worker will not come to any more."""
        ids = self._ids_if_any(request)
        headers = [(RUN_FAILED_HEADER, "False"), *self.common_headers(request, ids)]
        reply = error_reply(HTTPStatus.SERVICE_UNAVAILABLE, why, *headers)
        self.note(request, reply, ids, time.perf_counter())
        return reply

    def _ids_if_any(self, request: ScoringRequest) -> Headers:
        # A request that is refused anyway may have an id that is too long.
        with contextlib.suppress(OverlongIdError):
            return id_headers(request.headers)
        return []

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
            try:
                self.telemetry.answered(request, reply, ids, started, error)
            except Exception:  # noqa: BLE001 - the answer matters more
                logger.exception("The telemetry of a request failed")

    def _reply(self, request: ScoringRequest, ids: Headers, answer: Answer) -> Reply:
        headers = list(answer.headers)
        if answer.run_failed is not None:
            headers.append((RUN_FAILED_HEADER, str(answer.run_failed)))
        if answer.run_ms is not None:
            headers.append(("x-ms-run-fn-exec-ms", f"{answer.run_ms:.3f}"))
        headers += self.common_headers(request, ids)
        if self.settings.cors_origins:
            headers = without_doubles(headers)
        body = answer.body
        if answer.error and self.settings.show_errors and isinstance(body, bytes):
            body = with_details(body, answer.error, ids)
        if request.method == "HEAD" and isinstance(body, bytes):
            return Reply(answer.status, headers, b"", len(body))
        return Reply(answer.status, headers, body)

    def _begin_stream(self, answer: Answer, ids: Headers) -> Answer:
        """Take the first chunk of a stream: if there is none for an error, there is a status."""
        if isinstance(answer.body, bytes):
            return answer
        try:
            first = next(answer.body, b"")
        except BaseException as error:  # noqa: BLE001 - whatever the script raises is its failure
            return self.scorer.failure(_STREAM, error)
        answer.body = self._rest_of_stream(first, answer.body, ids)
        return answer

    def _rest_of_stream(self, first: bytes, rest: Iterator[bytes], ids: Headers) -> Iterator[bytes]:
        try:
            yield from (chunk for chunk in chain([first], rest) if chunk)
        except GeneratorExit:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever the script raises is its failure
            failure = self.scorer.failure(_STREAM, error).error
            assert failure is not None  # noqa: S101 - a failure has one
            log_script_error(failure, ids)
            stop_where_raised(error)
            raise StreamBrokenError from None

    def _aside(self, request: ScoringRequest) -> Reply:
        from azmlinfsrv.server.app import reply_by_flask

        return reply_by_flask(self._flask, request)

    @functools.cached_property
    def _flask(self) -> Any:
        from azmlinfsrv.server.app import create_app

        return create_app(self)
