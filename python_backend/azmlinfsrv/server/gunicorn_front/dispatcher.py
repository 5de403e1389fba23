"""Has each request answered in its lane, and brings the answer back to its connection."""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import Callable, Iterator

from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.server.auth.guard import Admits
from azmlinfsrv.server.gunicorn_front.connection import Connection
from azmlinfsrv.server.lane import Lane
from azmlinfsrv.server.reply import Reply
from azmlinfsrv.server.request_ids import REQUEST_ID
from azmlinfsrv.server.request_log import log_abandoned, log_dropped
from azmlinfsrv.server.running import Running, RunningRequests
from azmlinfsrv.server.scoring_queue import ScoringQueue
from azmlinfsrv.server.service import STUCK, Service, StreamBrokenError
from azmlinfsrv.threads import HiddenExecutor

_LOG_DELAY = 0.02
_THREADS_ASIDE = 2


class Dispatcher:
    """Stands between the connections of an event loop and the threads of the entry script.

    Args:
        service: what to answer.
        scoring: where the entry script runs.
        loop: the event loop, in another thread.
        on_load: called in the loop whenever ``load`` may have changed.

    Attributes:
        connections: those that are open.
        running: the requests that are in a scoring thread.
        pending: how many requests wait for a scoring thread or are in one.
        admits: tells whether a request may be served, before its body is there; None when all may.
        is_stopping: whether connections are to be closed after their next answer.

    """

    def __init__(
        self,
        service: Service,
        scoring: ScoringQueue,
        loop: asyncio.AbstractEventLoop,
        on_load: Callable[[], None] | None = None,
    ) -> None:
        self.loop = loop
        self.connections: set[Connection] = set()
        self.running: RunningRequests[Connection] = RunningRequests(service.figures)
        self.pending = 0
        self.is_stopping = False
        self.admits: Admits | None = service.admits if service.guard else None
        self._service = service
        self._scoring = scoring
        self._on_load = on_load or _nothing
        self._aside = HiddenExecutor(_THREADS_ASIDE, "aside")
        self._waiting: list[tuple[ScoringRequest, Connection]] = []
        self._answered: deque[tuple[Connection, Reply | None]] = deque()
        self._is_delivery_due = False
        self._is_log_due = False

    def opened(self, connection: Connection) -> None:
        """Take note of a new connection."""
        self.connections.add(connection)
        self._on_load()

    def closed(self, connection: Connection) -> None:
        """Forget a connection. If its request is in ``run()``, that goes on for nobody."""
        self.connections.discard(connection)
        self._on_load()
        running = self.running.of(connection)
        if running and not running.is_claimed:
            log_abandoned(running)

    def dispatch(self, request: ScoringRequest, connection: Connection) -> None:
        """Have a request answered."""
        service = self._service
        if service.guard is not None and (refusal := service.refusal(request)):
            self._respond(connection, refusal)
            return
        lane = service.lane(request.method, request.path)
        if lane is not Lane.PROBE and not service.is_ready:
            self._waiting.append((request, connection))
        elif lane is Lane.SCORING:
            self.pending += 1
            self._on_load()
            self._scoring.submit(functools.partial(self._score, request, connection))
        elif lane is Lane.ASIDE:
            # Flask is imported there once, which takes a fifth of a second.
            answer = self.loop.run_in_executor(self._aside, service.answer, request, lane)
            answer.add_done_callback(lambda done: self._respond(connection, done.result()))
        else:
            self._respond(connection, service.answer(request, lane))

    def release_waiting(self) -> None:
        """Answer what has come during ``init()``. Called in the scoring thread."""
        self.loop.call_soon_threadsafe(self._release_waiting)

    def answer_too_late(self, running: Running[Connection]) -> None:
        """Answer a request whose ``run()`` does not return. Called by the watchdog."""
        if running.is_streaming:
            self.loop.call_soon_threadsafe(running.client.abort)
        else:
            reply = self._service.too_late(running)
            self.loop.call_soon_threadsafe(self._respond, running.client, reply)

    def refuse_all(self) -> None:
        """Tell all who wait that this worker is given up."""
        for connection in list(self.connections):
            if (request := connection.request) is not None and not connection.is_streaming:
                connection.respond(self._service.unavailable(request, STUCK), is_last=True)
        self.write_log()

    def write_log(self) -> None:
        """Write the lines of the requests that have been answered."""
        self._is_log_due = False
        self._service.request_log.write()

    def _release_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for request, connection in waiting:
            if connection.is_closed:
                log_dropped(request.method, request.path, request.headers.get(REQUEST_ID))
            else:
                self.dispatch(request, connection)

    def _score(self, request: ScoringRequest, connection: Connection) -> None:
        """Answer in a scoring thread."""
        if connection.is_closed:
            log_dropped(request.method, request.path, request.headers.get(REQUEST_ID))
            self._finish(connection, None)
            return
        running = self.running.begin(request, connection)
        reply = self._service.score(running)
        if reply is not None and not isinstance(reply.body, bytes):
            self._stream(reply, reply.body, running)
            reply = None
        self.running.end(running)
        self._finish(connection, reply)

    def _finish(self, connection: Connection, reply: Reply | None) -> None:
        """Take note in a scoring thread that one request less is pending."""
        self._answered.append((connection, reply))
        # One wake-up of the loop for all answers that are there when it wakes.
        if not self._is_delivery_due:
            self._is_delivery_due = True
            self.loop.call_soon_threadsafe(self._deliver)

    def _stream(self, reply: Reply, chunks: Iterator[bytes], running: Running[Connection]) -> None:
        """Send chunks as the script yields them, no faster than the client takes them."""
        in_loop, connection = self.loop.call_soon_threadsafe, running.client
        in_loop(connection.begin_stream, reply)
        is_complete = False
        try:
            for chunk in chunks:
                running.touch()
                in_loop(connection.send_chunk, chunk)
                if not connection.wait_until_writable():
                    log_abandoned(running)
                    break
            else:
                is_complete = True
        except StreamBrokenError:
            running.has_failed = True
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
