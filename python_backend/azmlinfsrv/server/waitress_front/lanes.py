"""waitress's task dispatcher: each request is served by a thread of its lane."""

from __future__ import annotations

import contextlib
import functools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from azmlinfsrv.scoring import ScoringRequest
from azmlinfsrv.server.lane import Lane
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.reply import Reply
from azmlinfsrv.server.request_log import log_abandoned, log_dropped
from azmlinfsrv.server.running import Running, RunningRequests
from azmlinfsrv.server.scoring_queue import ScoringQueue
from azmlinfsrv.server.service import STOPPING, STUCK, Service, StreamBrokenError
from azmlinfsrv.server.waitress_front.channel import Channel, ClientDisconnected
from azmlinfsrv.threads import HiddenExecutor

_THREADS_ASIDE = 4
_ANSWERED_WITHIN_SECONDS = 5.0


class Lanes:
    """Has a probe answered while every scoring thread is in ``run()``.

    Requests that come during ``init()`` wait for it without holding a thread.

    Args:
        service: what to answer.
        threads: how many scoring threads there are.

    """

    def __init__(self, service: Service, threads: int) -> None:
        self.scoring = ScoringQueue()
        self.running: RunningRequests[Channel] = RunningRequests(service.figures)
        self._service = service
        self._threads = threads
        self._aside = HiddenExecutor(_THREADS_ASIDE, "aside")
        self._waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        # What each scoring thread is at; a request that is refused is not among them.
        self._channels: dict[int, Channel] = {}
        self._stuck: set[Running[Channel]] = set()
        self._is_closing = False

    def add_task(self, channel: Channel) -> None:
        """Serve the next request of a connection. Called by waitress, in any thread."""
        request = channel.requests[0]
        lane = Lane.ASIDE if request.error else self._service.lane(request.command, request.path)
        if lane is Lane.PROBE or request.error:
            self._aside.submit(channel.service)
        elif not self.admits(request):
            self._aside.submit(self._serve, channel)
        elif not self._service.is_ready:
            self._waiting.put(channel)
            if self._service.is_ready:
                self.release_waiting()
        elif lane is Lane.SCORING and self._takes_more:
            self.scoring.submit(functools.partial(self._score, channel))
        else:
            self._aside.submit(self._serve, channel)

    def admits(self, request: Any) -> bool:
        """Return whether a request of waitress's may be served, before its body is looked at."""
        service = self._service
        if service.guard is None:
            return True
        return service.admits(request.command, request.path, _header_values(request))

    def refusal(self, request: Any) -> Reply | None:
        """Return the answer to a request that may not be served; None for any other."""
        values = _header_values(request)
        return self._service.refusal(
            ScoringRequest(b"", request.command, request.query, values, request.path, None)
        )

    def closed(self, channel: Channel) -> None:
        """Take note that a client has gone. Its request may be in ``run()``, for nobody."""
        running = self.running.of(channel)
        if running and not running.is_claimed:
            log_abandoned(running)

    def answer(self, request: ScoringRequest) -> Reply:
        """Answer a request. Called by the WSGI application, in a thread of its lane.

        Raises:
            ClientDisconnected: the watchdog has answered meanwhile.

        """
        if refusal := self._service.refusal(request):
            return refusal
        lane = self._service.lane(request.method, request.path)
        if lane is not Lane.SCORING:
            return self._service.answer(request, lane)
        channel = self._channels.get(threading.get_ident())
        if channel is None:
            return self._service.unavailable(request, STOPPING if self._is_closing else STUCK)
        running = self.running.begin(request, channel)
        reply = self._service.score(running)
        if reply is None:
            # waitress closes the connection at once, so the watchdog's answer has to be in it.
            channel.is_answered.wait(_ANSWERED_WITHIN_SECONDS)
            raise ClientDisconnected
        if not isinstance(reply.body, bytes):
            reply.body = _watched(reply.body, running)
        return reply

    def answer_too_late(self, running: Running[Channel]) -> None:
        """Answer a request whose ``run()`` does not return. Called by the watchdog."""
        if running.is_streaming:
            running.client.cut()
            return
        running.client.send_whole(self._service.too_late(running))
        self._service.request_log.write()

    def give_up(self, running: Running[Channel], tell: Callable[[], None]) -> None:
        """Take note that a thread is lost until its ``run()`` returns. Called by the watchdog."""
        is_first = running not in self._stuck
        self._stuck.add(running)
        if running in self.running.all():
            self._note_stuck()
        tell()
        if is_first:
            logger.critical(
                "run() has not returned for %.0f s. Behind waitress nothing can replace it: "
                "restart the server. Until it returns, requests are refused.",
                time.monotonic() - running.started,
            )

    def release_waiting(self) -> None:
        """Serve what has come during ``init()``."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.add_task(self._waiting.get_nowait())

    def close(self) -> None:
        """Score what has come, and nothing more."""
        self._is_closing = True
        self.scoring.close()

    def shutdown(self) -> None:
        """Serve nothing more. Called by waitress when it closes."""
        self._aside.shutdown(wait=False)

    @property
    def _takes_more(self) -> bool:
        return not (self._service.is_stuck or self._is_closing)

    def _score(self, channel: Channel) -> None:
        """Serve in a scoring thread; when all of those are stuck, refuse in another."""
        request = channel.requests[0]
        if not channel.connected:
            log_dropped(request.command, request.path, request.headers.get("X_REQUEST_ID"))
        thread = threading.get_ident()
        if not self._service.is_stuck:
            self._channels[thread] = channel
        try:
            self._serve(channel)
        finally:
            self._channels.pop(thread, None)
            if running := self.running.of(channel):
                self.running.end(running)
                self._stuck.discard(running)
                self._note_stuck()

    def _serve(self, channel: Channel) -> None:
        try:
            channel.service()
        finally:
            self._service.request_log.write()

    def _note_stuck(self) -> None:
        self._service.is_stuck = len(self._stuck) >= self._threads
        if self._service.is_stuck:
            for job in self.scoring.take_back():
                self._aside.submit(job)


def _header_values(request: Any) -> dict[str, str]:
    return {name.replace("_", "-").lower(): value for name, value in request.headers.items()}


def _watched(chunks: Iterator[bytes], running: Running[Channel]) -> Iterator[bytes]:
    try:
        for chunk in chunks:
            running.touch()
            yield chunk
    except StreamBrokenError:
        running.has_failed = True
        running.client.cut()
        raise ClientDisconnected from None
    except GeneratorExit:
        log_abandoned(running)
        raise
