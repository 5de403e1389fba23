"""One log line for each request, written when the server has time."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from azmlinfsrv.server.log import LineHandler, logger
from azmlinfsrv.server.running import Running


@dataclass(slots=True)
class RequestRecord:
    """What the line of one request says. ``length`` is None for a streamed body."""

    method: str
    target: str
    status: int
    milliseconds: float
    length: int | None
    request_id: str | None
    finished: float


class RequestLog:
    """Collects the lines of requests and writes them together.

    Formatting and writing a line takes as long as answering a small request, so the fronts write
    after they have answered, and the event loop many at once.
    """

    def __init__(self) -> None:
        self._records: list[RequestRecord] = []

    def add(self, record: RequestRecord) -> None:
        """Keep a record until ``write()``."""
        self._records.append(record)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self._records

    def write(self) -> None:
        """Write the lines that have been collected."""
        # Swapped, not cleared: another thread may add while this one writes.
        records, self._records = self._records, []
        if not logger.isEnabledFor(logging.INFO):
            return
        handlers = [handler for handler in logger.handlers if isinstance(handler, LineHandler)]
        for handler in handlers:
            handler.hold()
        try:
            for record in records:
                logger.handle(_log_record(record))
        finally:
            for handler in handlers:
                handler.write_out()


def _log_record(request: RequestRecord) -> logging.LogRecord:
    length = "N/A" if request.length is None else request.length
    message = (
        f"{request.method} {request.target} {request.status} {request.milliseconds:.3f}ms {length}"
    )
    record = logging.LogRecord(logger.name, logging.INFO, "", 0, message, None, None)
    record.created = request.finished
    record.msecs = (request.finished - int(request.finished)) * 1000
    record.request_id = request.request_id
    return record


def log_abandoned(running: Running[Any]) -> None:
    """Log that a client has gone while its request is in ``run()``, which goes on all the same."""
    request, ids = running.request, running.ids
    logger.warning(
        "%s %s was abandoned by its client after %.0f ms in run()",
        request.method,
        request.path,
        (time.monotonic() - running.started) * 1000,
        extra={"request_id": ids[0][1]} if ids else None,
    )


def log_dropped(method: str, path: str, request_id: str | None) -> None:
    """Log that a request is not scored: its client had gone before its turn came."""
    logger.warning(
        "%s %s was dropped: its client had gone before its turn",
        method,
        path,
        extra={"request_id": request_id},
    )


def log_refused(status: int, reason: str) -> None:
    """Log that what a client sent is no request: it has no id by which to find it."""
    logger.warning("A malformed request was refused with %d: %s", status, reason)
