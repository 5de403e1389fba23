"""Connections to the servers behind a gateway, kept open from one request to the next."""

from __future__ import annotations

import asyncio
import select
import time
from typing import Protocol

from azmlinfsrv.server.gateway.response_reader import (
    BadResponseError,
    ResponseHead,
    ResponseReader,
)

_MOST_IDLE = 64
_IDLE_SECONDS = 30
CONNECT_SECONDS = 10


class Asker(Protocol):
    """Who has sent a request."""

    def took(self, head: ResponseHead | None, parts: list[bytes], *, is_complete: bool) -> None:
        """Take the next part of the answer; the head comes once, with the first."""

    def lost(self, reason: str, *, was_unread: bool) -> None:
        """Take note that there will be no (more of the) answer.

        ``was_unread`` tells that the server cannot have looked at the request.
        """

    def pause_sending(self) -> None:
        """Send nothing more for now."""

    def resume_sending(self) -> None:
        """Go on sending."""


class Upstream(asyncio.Protocol):
    """One connection to a server. Args: pool: where it is kept between requests."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._reader = ResponseReader()
        self._asker: Asker | None = None
        self._tells_head = False
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._poll = select.poll()
        self.is_closed = False
        self.is_reused = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        # The loop tells only in its next round that the server has closed the connection.
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    @property
    def is_usable(self) -> bool:
        """Whether the server has neither closed it nor sent what nobody has asked for."""
        return not (self.is_closed or self._transport.is_closing() or self._poll.poll(0))

    def begin(self, asker: Asker) -> None:
        """Serve a request from now on."""
        self._asker = asker
        self._tells_head = True
        self._reader.begin()

    def send(self, data: bytes) -> None:
        """Send a part of the request."""
        self._transport.write(data)

    def pause(self) -> None:
        """Read no more of the answer for now."""
        if not self.is_closed:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Go on reading."""
        if not self.is_closed:
            self._transport.resume_reading()

    def finish(self, *, was_sent: bool) -> None:
        """Be free for another request, if the last one is done with on both sides."""
        self._asker = None
        if was_sent and self._reader.is_complete and self._reader.can_be_reused:
            self.is_reused = True
            self._pool.keep(self)
        else:
            self.abort()

    def abort(self) -> None:
        """Close at once."""
        self._asker = None
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what the server sends."""
        asker = self._asker
        if asker is None:
            # Nobody has asked: what comes belongs to no request.
            self._transport.abort()
            return
        try:
            parts = self._reader.feed(data)
        except BadResponseError as error:
            self._fail(str(error))
            return
        self._tell(parts)

    def eof_received(self) -> None:
        """Take note that the server sends no more."""
        if self._asker is None:
            return
        if not self._reader.has_begun:
            self._fail("The server has closed the connection without an answer.")
            return
        try:
            self._reader.end()
        except BadResponseError as error:
            self._fail(str(error))
            return
        self._tell([])

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note of the end."""
        self.is_closed = True
        self._pool.forget(self)
        # Linux resets a connection when it is closed with something in it that was not read.
        was_unread = isinstance(exc, ConnectionError) and not self._reader.has_begun
        self._fail("The connection to the server was cut.", was_unread=was_unread)

    def pause_writing(self) -> None:
        """Let the client wait: the server reads more slowly than it sends."""
        if self._asker:
            self._asker.pause_sending()

    def resume_writing(self) -> None:
        """Let the client go on."""
        if self._asker:
            self._asker.resume_sending()

    def _tell(self, parts: list[bytes]) -> None:
        if self._asker is None or self._reader.head is None:
            return
        head = self._reader.head if self._tells_head else None
        self._tells_head = False
        self._asker.took(head, parts, is_complete=self._reader.is_complete)

    def _fail(self, reason: str, *, was_unread: bool = False) -> None:
        asker, self._asker = self._asker, None
        if not self.is_closed:
            self._transport.abort()
        if asker:
            asker.lost(reason, was_unread=was_unread)


class Pool:
    """The connections to one server.

    Args:
        loop: where everything happens.
        port: where it listens on this machine.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, port: int) -> None:
        self._loop = loop
        self._idle: list[Upstream] = []
        self._is_closed = False
        self.port = port

    def take(self) -> Upstream | None:
        """Return a connection that is open, the one that was used last; None if there is none."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                return connection
            connection.abort()
        return None

    async def connect(self) -> Upstream:
        """Return a new connection.

        Raises:
            OSError: nobody listens there, or nobody answers in time.

        """
        connecting = self._loop.create_connection(lambda: Upstream(self), "127.0.0.1", self.port)
        try:
            _, connection = await asyncio.wait_for(connecting, CONNECT_SECONDS)
        except asyncio.TimeoutError:
            raise ConnectionError("Nobody takes the connection.") from None
        return connection

    def keep(self, connection: Upstream) -> None:
        """Keep a connection for the next request."""
        if connection.is_closed or self._is_closed or len(self._idle) >= _MOST_IDLE:
            connection.abort()
        else:
            connection.idle_since = time.monotonic()
            self._idle.append(connection)

    def forget(self, connection: Upstream) -> None:
        """Keep a connection no longer: it is closed."""
        if connection in self._idle:
            self._idle.remove(connection)

    def sweep(self) -> None:
        """Close connections that nobody has used for a while."""
        old = time.monotonic() - _IDLE_SECONDS
        for connection in [each for each in self._idle if each.idle_since < old]:
            connection.abort()

    def close(self) -> None:
        """Close them all; those in use when their request is done."""
        self._is_closed = True
        for connection in list(self._idle):
            connection.abort()
