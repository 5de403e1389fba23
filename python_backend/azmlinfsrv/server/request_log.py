"""One log line for each request, written when the server has time."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from azmlinfsrv.server.log import LineHandler, logger


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
