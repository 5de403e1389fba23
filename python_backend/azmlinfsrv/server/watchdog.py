"""Sees to requests whose ``run()`` does not return, whatever keeps it."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable
from typing import Generic

from azmlinfsrv.debugging.debuggee import is_being_debugged
from azmlinfsrv.server.running import Client, Running, RunningRequests
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.threads import start_hidden_thread

# run() is interrupted at the limit, and usually answers by itself right after.
_ANSWER_DELAY = 0.05
# What code in C, or a script that will not be interrupted, gets to come to an end.
_REPLACE_DELAY = 5


def most_seconds(settings: Settings) -> int:
    """Return after how long without a sign of life a worker is given up; 0 is never."""
    limits = [settings.worker_timeout] if settings.worker_timeout else []
    if settings.scoring_timeout_ms:
        limits.append(math.ceil(settings.scoring_timeout_ms / 1000 + _REPLACE_DELAY))
    return min(limits, default=0)


class Watchdog(Generic[Client]):
    """Has clients answered and the worker replaced when time is up.

    At SCORING_TIMEOUT_MS ``run()`` is interrupted (see ``TimeLimit``). If that does not help, its
    client is answered all the same, and five seconds later the worker is given up. So it is after
    WORKER_TIMEOUT. Neither counts while a debugger is attached.

    Args:
        settings: the two limits.
        running: what to watch.
        answer: tells a client that its request took too long, or cuts its stream.
        give_up: gives the worker up; is given what tells the client.

    """

    def __init__(
        self,
        settings: Settings,
        running: RunningRequests[Client],
        answer: Callable[[Running[Client]], None],
        give_up: Callable[[Running[Client], Callable[[], None]], None],
    ) -> None:
        limit = settings.scoring_timeout_ms / 1000
        self._running = running
        self._answer = answer
        self._give_up = give_up
        self._answer_after = limit + _ANSWER_DELAY if limit else None
        self._give_up_after: float | None = most_seconds(settings) or None
        self._answered: set[Running[Client]] = set()

    def start(self) -> None:
        """Watch from now on, in a thread of its own."""
        if self._give_up_after is not None:
            start_hidden_thread("watchdog", self._watch)

    def _watch(self) -> None:
        while True:
            time.sleep(self._look())

    def _look(self) -> float:
        """Do what is due; return for how long nothing else can be."""
        now = time.monotonic()
        assert self._give_up_after is not None  # noqa: S101 - see start
        first = min(self._answer_after or self._give_up_after, self._give_up_after)
        waits = [first]
        running = self._running.all()
        self._answered.intersection_update(running)
        for each in running:
            age = now - each.since
            if age >= first and is_being_debugged():
                each.touch()
            elif age >= self._give_up_after:
                self._give_up(each, functools.partial(self._tell, each))
                each.touch()
            elif age >= first:
                self._tell(each)
                waits.append(self._give_up_after - age)
            else:
                waits.append(first - age)
        return min(waits)

    def _tell(self, running: Running[Client]) -> None:
        if running not in self._answered:
            self._answered.add(running)
            if running.claim() or running.is_streaming:
                self._answer(running)
