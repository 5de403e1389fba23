"""The requests that are in ``run()`` just now."""

from __future__ import annotations

import threading
import time
from typing import Generic, TypeVar

from azmlinfsrv.debugging.figures import WorkerFigures
from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.server.request_ids import IdHeaders

Client = TypeVar("Client")


class Running(Generic[Client]):
    """One request in a scoring thread.

    Attributes:
        request: what was asked.
        client: who waits for the answer: the front's own connection.
        thread: the scoring thread's identity.
        started: when it began, a ``time.monotonic()``.
        since: when it last gave a sign of life: at the start, or with a chunk of a stream.
        ids: the id headers of its answer, as soon as they are known.
        is_streaming: whether the head of the answer has left.
        has_failed: whether it is answered by an error.

    """

    __slots__ = (
        "_claim",
        "client",
        "has_failed",
        "ids",
        "is_streaming",
        "request",
        "since",
        "started",
        "thread",
    )

    def __init__(self, request: ScoringRequest, client: Client) -> None:
        self.request = request
        self.client = client
        self.thread = threading.get_ident()
        self.started = self.since = time.monotonic()
        self.ids: IdHeaders = []
        self.is_streaming = False
        self.has_failed = False
        self._claim = threading.Lock()

    @property
    def is_claimed(self) -> bool:
        """Whether somebody answers, or has answered."""
        return self._claim.locked()

    def claim(self) -> bool:
        """Take it upon oneself to answer; False when somebody else has done so."""
        return self._claim.acquire(blocking=False)

    def touch(self) -> None:
        """Give a sign of life."""
        self.since = time.monotonic()


class RunningRequests(Generic[Client]):
    """Those requests, at most one for each scoring thread.

    Any thread may look; each scoring thread changes its own entry only.

    Args:
        figures: where they are counted.

    """

    def __init__(self, figures: WorkerFigures) -> None:
        self._figures = figures
        self._by_thread: dict[int, Running[Client]] = {}

    def begin(self, request: ScoringRequest, client: Client) -> Running[Client]:
        """Note that this thread is at a request now."""
        running = Running(request, client)
        self._by_thread[running.thread] = running
        self._figures.request_began()
        return running

    def end(self, running: Running[Client]) -> None:
        """Note that it no longer is."""
        if self._by_thread.pop(running.thread, None) is not None:
            seconds = time.monotonic() - running.started
            self._figures.request_ended(seconds, has_failed=running.has_failed)

    def all(self) -> list[Running[Client]]:
        """Return the requests that are in ``run()``."""
        return list(self._by_thread.values())

    def of(self, client: Client) -> Running[Client] | None:
        """Return the request of a client, if it is in ``run()``."""
        return next((each for each in self.all() if each.client is client), None)
