"""Has each request answered in its lane, and brings the answer back to its connection."""

from __future__ import annotations

import asyncio
import functools
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.server.connection import Connection
from azmlinfsrv.server.reply import Reply
from azmlinfsrv.server.scoring_thread import ScoringThread
from azmlinfsrv.server.service import Lane, Service

_LOG_DELAY = 0.02
_THREADS_ASIDE = 2


class _Current(NamedTuple):
    request: ScoringRequest
    connection: Connection
    started: float


class Dispatcher:
    """Stands between the connections of an event loop and the thread of the entry script.

    Args:
        service: what to answer.
        thread: where the entry script runs.
        loop: the event loop, in another thread.
        on_load: called in the loop whenever ``load`` may have changed.

    Attributes:
        connections: those that are open.
        pending: how many requests wait for the scoring thread or are in it.
        is_stopping: whether connections are to be closed after their next answer.

    """

    def __init__(
        self,
        service: Service,
        thread: ScoringThread,
        loop: asyncio.AbstractEventLoop,
        on_load: Callable[[], None] | None = None,
    ) -> None:
        self.loop = loop
        self.connections: set[Connection] = set()
        self.pending = 0
        self.is_stopping = False
        self._service = service
        self._thread = thread
        self._on_load = on_load or _nothing
        self._aside = ThreadPoolExecutor(_THREADS_ASIDE, thread_name_prefix="aside")
        self._waiting: list[tuple[ScoringRequest, Connection]] = []
        self._answered: deque[tuple[Connection, Reply | None]] = deque()
        self._is_delivery_due = False
        self._is_log_due = False
        self._current: _Current | None = None

    def opened(self, connection: Connection) -> None:
        """Take note of a new connection."""
        self.connections.add(connection)
        self._on_load()

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        self.connections.discard(connection)
        self._on_load()

    def dispatch(self, request: ScoringRequest, connection: Connection) -> None:
        """Have a request answered."""
        service = self._service
        lane = service.lane(request.method, request.path)
        if lane is not Lane.PROBE and not service.is_ready:
            self._waiting.append((request, connection))
        elif lane is Lane.SCORING:
            self.pending += 1
            self._on_load()
            self._thread.submit(functools.partial(self._score, request, connection))
        elif lane is Lane.ASIDE:
            # Flask is imported there once, which takes a fifth of a second.
            answer = self.loop.run_in_executor(self._aside, service.answer, request, lane)
            answer.add_done_callback(lambda done: self._respond(connection, done.result()))
        else:
            self._respond(connection, service.answer(request, lane))

    def release_waiting(self) -> None:
        """Answer what has come during ``init()``. Called in the scoring thread."""
        self.loop.call_soon_threadsafe(self._release_waiting)

    def seconds_in_run(self) -> float:
        """Return for how long the scoring thread has been at one request."""
        current = self._current
        return time.monotonic() - current.started if current else 0.0

    def give_up(self) -> None:
        """Tell the client of the current request that there will be no answer."""
        if current := self._current:
            current.connection.respond(self._service.given_up(current.request), is_last=True)

    def write_log(self) -> None:
        """Write the lines of the requests that have been answered."""
        self._is_log_due = False
        self._service.request_log.write()

    def _release_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for request, connection in waiting:
            if not connection.is_closed:
                self.dispatch(request, connection)

    def _score(self, request: ScoringRequest, connection: Connection) -> None:
        """Answer in the scoring thread."""
        self._current = _Current(request, connection, time.monotonic())
        reply: Reply | None = self._service.answer(request, Lane.SCORING)
        if reply is not None and not isinstance(reply.body, bytes):
            self._stream(reply, reply.body, connection)
            reply = None
        self._current = None
        self._answered.append((connection, reply))
        # One wake-up of the loop for all answers that are there when it wakes.
        if not self._is_delivery_due:
            self._is_delivery_due = True
            self.loop.call_soon_threadsafe(self._deliver)

    def _stream(self, reply: Reply, chunks: Iterator[bytes], connection: Connection) -> None:
        """Send chunks as the script yields them, no faster than the client takes them."""
        in_loop = self.loop.call_soon_threadsafe
        in_loop(connection.begin_stream, reply)
        is_complete = False
        try:
            for chunk in chunks:
                in_loop(connection.send_chunk, chunk)
                if not connection.wait_until_writable():
                    break
            else:
                is_complete = True
        except Exception:  # noqa: BLE001, S110 - logged where the stream is read
            pass
        in_loop(functools.partial(connection.end_stream, is_complete=is_complete))

    def _deliver(self) -> None:
        self._is_delivery_due = False
        while self._answered:
            connection, reply = self._answered.popleft()
            self.pending -= 1
            # Before the client can send the next request, which should find this worker idle.
            self._on_load()
            if reply is not None:
                connection.respond(reply)
        self._write_log_soon()

    def _respond(self, connection: Connection, reply: Reply) -> None:
        connection.respond(reply)
        self._write_log_soon()

    def _write_log_soon(self) -> None:
        if not self._is_log_due and not self._service.request_log.is_empty:
            self._is_log_due = True
            self.loop.call_later(_LOG_DELAY, self.write_log)


def _nothing() -> None:
    pass
