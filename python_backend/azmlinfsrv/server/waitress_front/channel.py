"""waitress's connections, stricter with malformed requests and aware of clients that go away."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from http import HTTPStatus
from typing import Any

from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask
from waitress.utilities import build_http_date

from azmlinfsrv.server.reply import Reply, error_reply
from azmlinfsrv.server.request_log import log_refused

__all__ = ["Channel", "ClientDisconnected"]

_FRAMING = (b"content-length", b"transfer-encoding")


class _StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what two servers could understand differently, as gunicorn's parser does.

    Otherwise a proxy and this server might not agree where a request ends, and a client could hide
    a second request in the first.
    """

    def parse_header(self, header_plus: bytes) -> None:
        lines = [line for line in header_plus.split(b"\r\n")[1:] if line]
        if any(line[:1] in b" \t" for line in lines):
            raise ParsingError("A header must not be folded")
        names = [line.partition(b":")[0].lower() for line in lines]
        framing = [name for name in names if name in _FRAMING]
        if len(framing) > 1:
            raise ParsingError("More than one header says how long the body is")
        super().parse_header(header_plus)
        if b"transfer-encoding" in framing and not self.chunked:
            raise ParsingError("This Transfer-Encoding does not tell where the body ends")


class _NotAdmitted:
    """An error, in waitress's terms, with an answer that is ready."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class _JsonErrorTask(ErrorTask):  # type: ignore[misc]
    """Refuses a malformed request in JSON, as every other error is told."""

    def execute(self) -> None:
        error = self.request.error
        if isinstance(error, _NotAdmitted):
            self._send(error.reply)
            return
        log_refused(error.code, str(error.body))
        self._send(error_reply(error.code, str(error.body)))

    def _send(self, reply: Reply) -> None:
        assert isinstance(reply.body, bytes)  # noqa: S101 - errors have a whole body
        status = HTTPStatus(reply.status)
        self.status = f"{status.value} {status.phrase}"
        self.response_headers.extend(reply.headers)
        self.content_length = len(reply.body)
        self.set_close_on_finish()
        self.write(reply.body)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose dispatcher hears when its client has gone."""

    # What waitress itself says of clients that have gone is told with their request's id already.
    logger = logging.getLogger("waitress.channel")
    logger.setLevel(logging.WARNING)
    parser_class = _StrictParser
    error_task_class = _JsonErrorTask

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.is_answered = threading.Event()
        """Set when another thread than that of the request's task has sent its answer."""

    def send_continue(self) -> None:
        """Ask for the body, unless the request is complete or refused without it."""
        if self.request.completed:
            self.request.expect_continue = False
        elif not self.server.task_dispatcher.admits(self.request):
            # The body is not sent before it is asked for: the answer need not wait for it.
            self.request.error = _NotAdmitted(self.server.task_dispatcher.refusal(self.request))
            self.request.completed = True
        else:
            super().send_continue()

    def handle_close(self) -> None:
        """Close, whoever wants it."""
        self.server.task_dispatcher.closed(self)
        super().handle_close()

    def send_whole(self, reply: Reply) -> None:
        """Send an answer from another thread than that of the request's task, and close."""
        assert isinstance(reply.body, bytes)  # noqa: S101 - only errors are sent so
        headers: list[tuple[str, Any]] = [
            *reply.headers,
            ("Content-Length", reply.content_length),
            ("Connection", "close"),
            ("Server", self.server.adj.ident),
            ("Date", build_http_date(time.time())),
        ]
        status = HTTPStatus(reply.status)
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
        with contextlib.suppress(ClientDisconnected):
            self.write_soon(head.encode("latin-1") + reply.body)
        self.close_when_flushed = True
        self.server.pull_trigger()
        self.is_answered.set()

    def cut(self) -> None:
        """Close at once, so that a stream does not look complete. Called in any thread."""
        self.will_close = True
        self.server.pull_trigger()
