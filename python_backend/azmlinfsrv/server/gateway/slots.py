"""How many requests a deployment has at once, and how many an endpoint has in a second."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable


class Waiting:
    """A request that waits for its turn."""

    def __init__(self, go: Callable[[], None], give_up: Callable[[], None]) -> None:
        self.go = go
        self.give_up = give_up
        self.timer: asyncio.TimerHandle | None = None


class Slots:
    """The places of one deployment.

    Args:
        loop: where everything happens.

    Attributes:
        limit: how many places there are.
        seconds: how long a request waits for one; 0 for not at all.

    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._taken = 0
        self._waiting: deque[Waiting] = deque()
        self.limit = 1
        self.seconds = 0.0

    @property
    def taken(self) -> int:
        """How many places are taken."""
        return self._taken

    def take(self) -> bool:
        """Take a place, if one is free."""
        if self._taken >= self.limit:
            return False
        self._taken += 1
        return True

    def wait(self, waiting: Waiting) -> bool:
        """Let a request have the next place; False if nobody waits here.

        Either ``go`` is called, with a place taken, or ``give_up`` when the time is over.
        """
        if not self.seconds:
            return False
        self._waiting.append(waiting)
        waiting.timer = self._loop.call_later(self.seconds, self._expire, waiting)
        return True

    def leave(self, waiting: Waiting) -> None:
        """Let a request wait no longer: its client has gone."""
        if waiting in self._waiting:
            self._waiting.remove(waiting)
        if waiting.timer:
            waiting.timer.cancel()

    def release(self) -> None:
        """Give a place back."""
        self._taken -= 1
        self.admit()

    def admit(self) -> None:
        """Let those in for whom there are places."""
        while self._waiting and self._taken < self.limit:
            waiting = self._waiting.popleft()
            if waiting.timer:
                waiting.timer.cancel()
            self._taken += 1
            waiting.go()

    def _expire(self, waiting: Waiting) -> None:
        if waiting in self._waiting:
            self._waiting.remove(waiting)
            waiting.give_up()


class Rate:
    """Counts the requests of each second. Args: limit: how many it may have; 0 for no limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._second = 0
        self._count = 0

    def admits(self) -> bool:
        """Count a request; False if this second has had enough."""
        if not self._limit:
            return True
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._count = second, 0
        self._count += 1
        return self._count <= self._limit
