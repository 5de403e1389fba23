"""One HTTP/1.1 connection in the event loop: from bytes to a request, from a reply to bytes.

gunicorn's own ASGI protocol would do, too, but it gives every request tasks, futures and messages
that a server with one application has no use for: half of the time of a small request. Its parser,
which has to be right about every malformed request, is used as it is.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol

from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.server.auth.guard import Admits
from azmlinfsrv.server.gunicorn_front.http_parser import (
    LARGEST_BODY,
    PARSE_ERRORS,
    BodyTooLargeError,
    NotAdmittedError,
    create_parser,
    head_of,
    header_values,
    parsed_request,
    status_of,
)
from azmlinfsrv.server.reply import Reply, error_reply
from azmlinfsrv.server.request_log import log_refused

# What may come before the answer to the request before it has left.
_MOST_EARLY_BYTES = 65536
_STATUS_LINES = {int(s): f"HTTP/1.1 {int(s)} {s.phrase}\r\n" for s in HTTPStatus}
_BODILESS = frozenset({204, 304})
_LINGER_SECONDS = 2
SILENCE_SECONDS = 60
"""How long a client may say, or take, nothing within a request."""


class Answerer(Protocol):
    """What a connection needs: somebody who has requests answered (see ``Dispatcher``)."""

    loop: asyncio.AbstractEventLoop
    is_stopping: bool
    admits: Admits | None

    def opened(self, connection: Connection) -> None:
        """Take note of a new connection."""

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""

    def dispatch(self, request: ScoringRequest, connection: Connection) -> None:
        """Have a request answered: by ``respond``, or by the three methods for a stream."""


class Connection(asyncio.Protocol):
    """Takes requests off a connection, one at a time, and writes the answers.

    Every method is called in the loop, but for ``wait_until_writable``.

    Args:
        answerer: has requests answered.

    Attributes:
        request: the request that is being answered, if one is.
        is_streaming: whether the head of its answer has left.
        is_closed: whether nobody is there any more.

    """

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._parser = create_parser(self._on_headers, self._on_body, self._on_message)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._client: str | None = None
        self._body: list[bytes] = []
        self._body_length = 0
        self._early = bytearray()
        self._is_answering = False
        self._will_close = False
        self._is_refused = False
        self._is_admitted = True
        self._is_chunked = False
        self._is_http_1_0 = False
        self._may_write = threading.Event()
        self._may_write.set()
        self.request: ScoringRequest | None = None
        self.is_streaming = False
        self.is_closed = False
        self.last_activity = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered here."""
        return not self._is_answering

    @property
    def is_between_requests(self) -> bool:
        """Whether not a byte of a request has come that is not answered."""
        return not self._is_answering and self._parser.method is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self._client = peer[0] if peer else None
        # A small answer must not wait for the acknowledgement of the one before.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._answerer.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End: the client has gone, or the answer was the last."""
        del exc
        self.is_closed = True
        self._may_write.set()
        self._answerer.closed(self)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        if self._is_refused:
            return
        if self._is_answering:
            self._early += data
            if len(self._early) > _MOST_EARLY_BYTES:
                self._transport.pause_reading()
            return
        self.last_activity = time.monotonic()
        try:
            self._parser.feed(data)
        except NotAdmittedError:
            # The body is not sent before it is asked for: the answer need not wait for it.
            self._is_refused = self._will_close = True
            self._on_message()
        except PARSE_ERRORS as error:
            self._refuse(error)
            return
        if self.request is not None:
            # Not within the parser's call: it may be answered, and the parser reset, at once.
            self._answerer.dispatch(self.request, self)

    def pause_writing(self) -> None:
        """Stop a stream: the client reads more slowly than it is sent to."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Let a stream go on."""
        self._may_write.set()

    def wait_until_writable(self) -> bool:
        """Wait in another thread until more can be sent; False when the client has gone.

        One that takes nothing for a minute is as good as gone.
        """
        return self._may_write.wait(SILENCE_SECONDS) and not self.is_closed

    def respond(self, reply: Reply, *, is_last: bool = False) -> None:
        """Send a whole answer; after the last one the connection is closed."""
        self._will_close = self._will_close or is_last
        body = reply.body
        assert isinstance(body, bytes)  # noqa: S101 - streams have methods of their own
        head = [_STATUS_LINES.get(reply.status) or f"HTTP/1.1 {reply.status} Unknown\r\n"]
        head += [f"{name}: {value}\r\n" for name, value in reply.headers]
        if reply.status not in _BODILESS:
            head.append(f"Content-Length: {reply.content_length}\r\n")
        else:
            body = b""
        self._write_head(head, body)
        self._finish()

    def begin_stream(self, reply: Reply) -> None:
        """Send the head of an answer whose length nobody knows."""
        self.is_streaming = True
        head = [_STATUS_LINES.get(reply.status) or f"HTTP/1.1 {reply.status} Unknown\r\n"]
        head += [f"{name}: {value}\r\n" for name, value in reply.headers]
        self._is_chunked = not self._is_http_1_0
        if self._is_chunked:
            head.append("Transfer-Encoding: chunked\r\n")
        else:
            self._will_close = True
        self._write_head(head, b"")

    def send_chunk(self, chunk: bytes) -> None:
        """Send a part of a stream."""
        if self.is_closed:
            return
        if self._is_chunked:
            chunk = b"%x\r\n%b\r\n" % (len(chunk), chunk)
        self._transport.write(chunk)

    def end_stream(self, *, is_complete: bool) -> None:
        """End a stream; one that broke off must not look complete, so the connection is cut."""
        self.is_streaming = False
        if not is_complete:
            self._transport.abort()
        elif self._is_chunked and not self.is_closed:
            self._transport.write(b"0\r\n\r\n")
        self._finish()

    def close(self) -> None:
        """Close when what has been written has left."""
        self._transport.close()

    def abort(self) -> None:
        """Close at once, so that nothing looks complete."""
        self._transport.abort()

    def _on_headers(self) -> bool:
        headers = head_of(self._parser)
        length = int(headers.get(b"content-length", b"0"))
        if length > LARGEST_BODY:
            raise BodyTooLargeError
        if admits := self._answerer.admits:
            parsed = parsed_request(self._parser)
            self._is_admitted = admits(parsed.method, parsed.path, header_values(parsed))
        is_asked = headers.get(b"expect", b"").lower() == b"100-continue"
        has_body = length or b"transfer-encoding" in headers
        if is_asked and has_body and self._parser.http_version >= (1, 1):
            if not self._is_admitted:
                raise NotAdmittedError
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return False

    def _on_body(self, chunk: bytes) -> None:
        if self._is_admitted:
            self._body.append(chunk)
        self._body_length += len(chunk)
        if self._body_length > LARGEST_BODY:
            raise BodyTooLargeError

    def _on_message(self) -> None:
        parsed = parsed_request(self._parser)
        self._will_close = self._will_close or parsed.should_close()
        self._is_http_1_0 = parsed.version < (1, 1)
        self._is_answering = True
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        self._body, self._body_length = [], 0
        self.request = ScoringRequest(
            bytes(body),
            parsed.method,
            parsed.query,
            header_values(parsed),
            parsed.path,
            self._client,
        )

    def _write_head(self, head: list[str], body: bytes) -> None:
        if self.is_closed:
            return
        if self._will_close or self._answerer.is_stopping:
            self._will_close = True
            head.append("Connection: close\r\n")
        head.append(_server_and_date())
        data = "".join(head).encode("latin-1", "replace")
        self._transport.write(data + body if len(body) < _MOST_EARLY_BYTES else data)
        if len(body) >= _MOST_EARLY_BYTES:
            # Not joined: that would copy a large body once more.
            self._transport.write(body)

    def _finish(self) -> None:
        """Go on with the next request, or close."""
        self.last_activity = time.monotonic()
        self.request = None
        if self.is_closed:
            return
        if self._is_refused:
            # Closed while the client still sends, the connection would be reset, and the answer
            # lost with it.
            self._transport.write_eof()
            self._answerer.loop.call_later(_LINGER_SECONDS, self._transport.close)
            return
        if self._will_close:
            self._transport.close()
            return
        early = self._parser.remaining() + bytes(self._early)
        self._early.clear()
        self._parser.reset()
        self._is_answering = False
        if early:
            self._transport.resume_reading()
            # Not at once: a long row of requests must not become as deep a stack.
            self._answerer.loop.call_soon(self._take_early, early)

    def _take_early(self, early: bytes) -> None:
        if not self.is_closed:
            later, self._early = bytes(self._early), bytearray()
            self.data_received(early + later)

    def _refuse(self, error: Exception) -> None:
        """Answer what is not HTTP, and close: where the next request begins is unknown."""
        self._is_answering = self._is_refused = True
        self._body = []
        log_refused(status_of(error), str(error))
        self.respond(error_reply(status_of(error), str(error)), is_last=True)


_date: tuple[int, str] = (0, "")


def _server_and_date() -> str:
    """Return the last headers and the empty line; the date is written once a second."""
    global _date
    second = int(time.time())
    if _date[0] != second:
        _date = second, f"Server: gunicorn\r\nDate: {formatdate(second, usegmt=True)}\r\n\r\n"
    return _date[1]
