"""The connection of one client to a gateway."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Protocol

from azmlinfsrv.server.gateway.answers import Answer
from azmlinfsrv.server.gateway.exchange import Exchange
from azmlinfsrv.server.gateway.outgoing import MOST_HELD_BYTES
from azmlinfsrv.server.gateway.receiver import Receiver
from azmlinfsrv.server.gateway.request import Request, request_of
from azmlinfsrv.server.gunicorn_front.http_parser import (
    PARSE_ERRORS,
    create_parser,
    header_values,
    parsed_request,
    status_of,
)
from azmlinfsrv.server.request_log import log_refused

_LINGER_SECONDS = 2
SILENCE_SECONDS = 60
"""How long a client may say, or take, nothing within a request."""
_IDLE_SECONDS = 300


class Host(Protocol):
    """What a connection belongs to."""

    loop: asyncio.AbstractEventLoop
    is_stopping: bool

    def opened(self, client: Client) -> Answer | None:
        """Take note of a connection; returns why it cannot be served."""

    def closed(self, client: Client) -> None:
        """Forget a connection."""

    def begin(self, request: Request, receiver: Receiver) -> Exchange:
        """Return the exchange of a request whose head has been read."""

    def route(self, exchange: Exchange, request: Request) -> None:
        """Send a request on its way, or refuse it."""


class Client(asyncio.Protocol):
    """Takes requests off a connection, one after the other. Args: host: it belongs to."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._parser = create_parser(self._on_headers, self._on_body, self._on_message)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._exchange: Exchange | None = None
        self._request: Request | None = None
        self._is_routed = False
        self._is_feeding = False
        self._has_begun = False
        self._is_sent = False
        self._is_answered = False
        self._is_lingering = False
        self._must_close = False
        self._is_closed = False
        self._early = bytearray()
        self._last_activity = time.monotonic()
        self.is_http_1_0 = False
        self.is_slow = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        if answer := self._host.opened(self):
            self._refuse(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of what was going on."""
        del exc
        self._is_closed = True
        self._host.closed(self)
        if self._exchange:
            self._exchange.cancel()

    def data_received(self, data: bytes) -> None:
        """Take what the client sends."""
        self._last_activity = time.monotonic()
        if self._is_lingering:
            return
        if not self._is_sent:
            self._feed(data)
            return
        # The next request, which waits for the answer to this one.
        self._early += data
        if len(self._early) > MOST_HELD_BYTES:
            self._transport.pause_reading()

    def pause_writing(self) -> None:
        """Let the answer wait for the client."""
        self.is_slow = True
        self._last_activity = time.monotonic()
        if self._exchange:
            self._exchange.slow_down()

    def resume_writing(self) -> None:
        """Go on with the answer."""
        self.is_slow = False
        self._last_activity = time.monotonic()
        if self._exchange:
            self._exchange.speed_up()

    @property
    def will_close(self) -> bool:
        """Whether the connection ends with this answer."""
        return self._must_close or self._host.is_stopping

    @property
    def is_idle(self) -> bool:
        """Whether no request is on its way."""
        return self._exchange is None

    def write(self, data: bytes) -> None:
        """Send a part of an answer."""
        if not self._is_closed:
            self._transport.write(data)

    def pause(self) -> None:
        """Read no more for now."""
        if not self._is_closed:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Go on reading."""
        self._last_activity = time.monotonic()
        if not self._is_closed:
            self._transport.resume_reading()

    def answered(self, *, must_close: bool) -> None:
        """Go on with the next request, or close."""
        self._is_answered = True
        self._must_close = self._must_close or must_close
        if not self._is_feeding:
            self._advance()

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    def close(self) -> None:
        """Close when what has been written has left."""
        self._transport.close()

    def sweep(self) -> None:
        """Cut the connection of a client that says, or takes, nothing for long."""
        is_between = not self._has_begun
        # While the container works, the client has nothing to say.
        is_its_turn = is_between or self.is_slow or not self._is_sent
        longest = _IDLE_SECONDS if is_between else SILENCE_SECONDS
        if is_its_turn and time.monotonic() - self._last_activity > longest:
            self._transport.abort()

    def _feed(self, data: bytes) -> None:
        self._is_feeding = self._has_begun = True
        try:
            self._parser.feed(data)
            exchange, request = self._exchange, self._request
            if exchange and request and not self._is_routed:
                self._is_routed = True
                self._route(exchange, request)
            if exchange:
                exchange.flush()
        except PARSE_ERRORS as error:
            self._refuse_malformed(error)
            return
        finally:
            self._is_feeding = False
        self._advance()

    def _route(self, exchange: Exchange, request: Request) -> None:
        if not exchange.is_done:
            self._host.route(exchange, request)
        if request.waits_to_be_asked and not self._is_sent and not exchange.is_done:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _on_headers(self) -> bool:
        parsed: Any = parsed_request(self._parser)
        self.is_http_1_0 = parsed.version < (1, 1)
        self._must_close = parsed.should_close()
        self._request = request_of(parsed, header_values(parsed))
        self._exchange = self._host.begin(self._request, self)
        return False

    def _on_body(self, chunk: bytes) -> None:
        if self._exchange and not self._is_answered:
            self._exchange.take_body(chunk)

    def _on_message(self) -> None:
        self._is_sent = True
        if self._exchange and not self._is_answered:
            self._exchange.end_body()

    def _advance(self) -> None:
        """Go on, if this request is done with."""
        if not self._is_answered or self._is_closed:
            return
        self._exchange = self._request = None
        if self.will_close or not self._is_sent:
            self._close_in_order()
            return
        early = self._parser.remaining() + bytes(self._early)
        self._early.clear()
        self._parser.reset()
        self._is_sent = self._is_answered = self._is_routed = self._has_begun = False
        self._last_activity = time.monotonic()
        if early:
            self._transport.resume_reading()
            # Not at once: a long row of requests must not become as deep a stack.
            self._host.loop.call_soon(self._take_early, early)

    def _take_early(self, early: bytes) -> None:
        if not self._is_closed:
            later, self._early = bytes(self._early), bytearray()
            self.data_received(early + later)

    def _close_in_order(self) -> None:
        if self._is_sent:
            self._transport.close()
            return
        # Closed while the client still sends, the connection would be reset, and the answer lost
        # with it.
        self._is_lingering = True
        self._transport.resume_reading()
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._host.loop.call_later(_LINGER_SECONDS, self._transport.close)

    def _refuse_malformed(self, error: Exception) -> None:
        status = status_of(error)
        log_refused(status, str(error))
        if self._exchange:
            self._exchange.cancel()
        self._refuse(Answer(status, str(error)))

    def _refuse(self, answer: Answer) -> None:
        """Answer what is no request, and close."""
        self._transport.write(answer.written([], closes=True))
        self._exchange = None
        self._close_in_order()
