"""Copies of requests for a deployment that is being tried: nobody waits for their answers."""

from __future__ import annotations

import asyncio

from azmlinfsrv.server.gateway.exchange import Exchange
from azmlinfsrv.server.gateway.request import Request
from azmlinfsrv.server.gateway.routes import Backend
from azmlinfsrv.server.gateway.rules import Rules
from azmlinfsrv.server.log import logger

MOST_COPIED_BYTES = 1 << 26
"""As much as the copies on their way hold together."""


class _Nobody:
    """Gets the answers to copies."""

    is_http_1_0 = False
    will_close = False
    is_slow = False

    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    def write(self, data: bytes) -> None:
        """Drop it."""

    def pause(self) -> None:
        """Do nothing: the copy is there as a whole."""

    def resume(self) -> None:
        """Do nothing."""

    def answered(self, *, must_close: bool) -> None:
        """Take note that it is done with."""
        del must_close
        self._copy.end()

    def abort(self) -> None:
        """Take note that it is done with."""
        self._copy.end()


class Copy:
    """A copy of one request, sent when the request is complete.

    Args:
        copies: those that are on their way.
        backend: where it goes.
        request: the head.

    """

    def __init__(self, copies: Copies, backend: Backend, request: Request) -> None:
        self._copies = copies
        self._backend = backend
        self._request = request
        self._parts: list[bytes] = []
        self._is_given_up = False
        self.exchange: Exchange | None = None
        self.size = 0

    def take_body(self, chunk: bytes) -> None:
        """Keep a part of the body, if there is room."""
        if self._is_given_up:
            return
        if not self._copies.has_room(len(chunk)):
            self.give_up()
            logger.warning("A request is not mirrored: the copies on their way are too large.")
            return
        self.size += len(chunk)
        self._copies.bytes += len(chunk)
        self._parts.append(bytes(chunk))

    def send(self) -> None:
        """Send it off."""
        if not self._is_given_up:
            self.exchange = self._copies.send(self, self._backend, self._request, self._parts)
            self._parts = []

    def give_up(self) -> None:
        """Send nothing."""
        self._is_given_up = True
        self._parts = []
        self.end()

    def end(self) -> None:
        """Give back the room."""
        self._copies.bytes -= self.size
        self.size = 0
        self._copies.running.discard(self)


class Copies:
    """The copies on their way.

    Args:
        loop: where everything happens.
        rules: of the kind of endpoint.

    Attributes:
        bytes: what they hold.
        running: those that have been sent.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop, rules: Rules) -> None:
        self._loop = loop
        self._rules = rules
        self.bytes = 0
        self.running: set[Copy] = set()

    def begin(self, backend: Backend, request: Request) -> Copy:
        """Return a copy of a request whose head has been read."""
        return Copy(self, backend, request)

    def has_room(self, size: int) -> bool:
        """Whether another part can be kept."""
        return self.bytes + size <= MOST_COPIED_BYTES

    def send(self, copy: Copy, backend: Backend, request: Request, parts: list[bytes]) -> Exchange:
        """Send a copy off."""
        exchange = Exchange(self._loop, self._rules, _Nobody(copy), request)
        self.running.add(copy)
        exchange.take_whole(parts)
        exchange.enter(backend)
        exchange.flush()
        return exchange

    def cancel(self) -> None:
        """Let go of all of them."""
        for copy in list(self.running):
            if copy.exchange:
                copy.exchange.cancel()
            copy.end()
