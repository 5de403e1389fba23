"""The way of one request to its container: a kept connection, a new one, or a second try."""

from __future__ import annotations

import asyncio
from typing import Protocol

from azmlinfsrv.server.gateway.outgoing import MOST_HELD_BYTES, Outgoing
from azmlinfsrv.server.gateway.upstream import Asker, Pool, Upstream


class Caller(Asker, Protocol):
    """Who wants to send a request."""

    def connected(self) -> None:
        """Take note that there is a connection."""

    def unreachable(self, reason: str) -> None:
        """Take note that there will be none."""


class Line:
    """Connects a request with a container.

    Args:
        loop: where everything happens.
        caller: wants to send it.
        outgoing: its bytes.
        length: of its body; None if that is not known.

    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        caller: Caller,
        outgoing: Outgoing,
        length: int | None,
    ) -> None:
        self._loop = loop
        self._caller = caller
        self._outgoing = outgoing
        # What cannot be sent twice goes over a connection that cannot be closed already.
        self._may_reuse = length is not None and length < MOST_HELD_BYTES // 2
        self._pool: Pool | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._upstream: Upstream | None = None
        self._is_closed = False

    def connect(self, pool: Pool) -> None:
        """Get a connection; ``connected`` or ``unreachable`` is called unless one is kept."""
        self._pool = pool
        if self._may_reuse and (upstream := pool.take()):
            self._attach(upstream)
        else:
            self._connecting = self._loop.create_task(self._open(pool))

    def flush(self) -> bool:
        """Send what can be sent; False if there is no connection yet."""
        if self._upstream is None:
            return False
        if data := self._outgoing.take():
            self._upstream.send(data)
        return True

    def pause(self) -> None:
        """Read no more of the answer for now."""
        if self._upstream:
            self._upstream.pause()

    def resume(self) -> None:
        """Go on reading."""
        if self._upstream:
            self._upstream.resume()

    def try_again(self, *, was_unread: bool) -> bool:
        """Connect anew if the connection was closed while nobody used it; False if it was not.

        The server has then seen nothing of the request.
        """
        upstream, self._upstream = self._upstream, None
        is_stale = was_unread and upstream is not None and upstream.is_reused
        if not (is_stale and self._outgoing.can_be_repeated and self._pool):
            return False
        self._outgoing.repeat()
        self._connecting = self._loop.create_task(self._open(self._pool))
        return True

    def finish(self, *, was_sent: bool) -> None:
        """Keep the connection for another request, if it can be."""
        upstream, self._upstream = self._upstream, None
        if upstream:
            upstream.finish(was_sent=was_sent)

    def close(self) -> None:
        """Let go of it."""
        self._is_closed = True
        if self._connecting:
            self._connecting.cancel()
            self._connecting = None
        upstream, self._upstream = self._upstream, None
        if upstream:
            upstream.abort()

    async def _open(self, pool: Pool) -> None:
        try:
            upstream = await pool.connect()
        except OSError as error:
            self._connecting = None
            self._caller.unreachable(str(error.strerror or error))
            return
        self._connecting = None
        if self._is_closed:
            # A task that is cancelled at its end is not cancelled.
            upstream.abort()
            return
        self._attach(upstream)
        self._caller.connected()

    def _attach(self, upstream: Upstream) -> None:
        self._upstream = upstream
        upstream.begin(self._caller)
