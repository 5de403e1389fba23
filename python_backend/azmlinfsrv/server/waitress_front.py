"""The waitress front (the only one on Windows): one process, ``worker_count`` scoring threads."""

from __future__ import annotations

import contextlib
import functools
import os
import queue
import signal
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from waitress.server import create_server

from azmlinfsrv.server.banner import sample_hint
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.scoring_thread import ScoringThread
from azmlinfsrv.server.service import Lane, Service
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.worker import boot, create_service
from azmlinfsrv.server.wsgi import ScoringWSGI
from azmlinfsrv.threads import start_hidden_thread

_THREADS_ASIDE = 4
_GRACE_SECONDS = 30
_POLL_SECONDS = 0.01


class _Lanes:
    """Waitress's task dispatcher: each request is served by a thread of its lane.

    So a probe is answered while every scoring thread is in ``run()``, and requests that come
    during ``init()`` wait for it without holding a thread.
    """

    def __init__(self, service: Service) -> None:
        self.scoring = ScoringThread()
        self._service = service
        self._aside = ThreadPoolExecutor(_THREADS_ASIDE, thread_name_prefix="aside")
        self._waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def add_task(self, channel: Any) -> None:
        """Serve the next request of a connection. Called by waitress, in any thread."""
        request = channel.requests[0]
        lane = Lane.ASIDE if request.error else self._service.lane(request.command, request.path)
        if lane is Lane.PROBE or request.error:
            self._aside.submit(channel.service)
        elif not self._service.is_ready:
            self._waiting.put(channel)
            if self._service.is_ready:
                self.release_waiting()
        elif lane is Lane.SCORING:
            self.scoring.submit(functools.partial(self._serve, channel))
        else:
            self._aside.submit(self._serve, channel)

    def release_waiting(self) -> None:
        """Serve what has come during ``init()``."""
        with contextlib.suppress(queue.Empty):
            while True:
                self.add_task(self._waiting.get_nowait())

    def shutdown(self) -> None:
        """Serve nothing more. Called by waitress when it closes."""
        self._aside.shutdown(wait=False)

    def _serve(self, channel: Any) -> None:
        try:
            channel.service()
        finally:
            self._service.request_log.write()


def serve(settings: Settings, listeners: list[socket.socket], url: str) -> None:
    """Serve until a signal ends the process; exits the process."""
    service = create_service(settings)
    lanes = _Lanes(service)
    server = create_server(
        ScoringWSGI(service), sockets=listeners, _dispatcher=lanes, ident="waitress"
    )
    start_hidden_thread("connections", server.run)
    boot(service, url)
    # From here on a stop lets running requests finish; before, it ends the process at once.
    stop = _Stop(lanes.scoring)
    signal.signal(signal.SIGTERM, stop.on_terminate)
    signal.signal(signal.SIGINT, stop.on_interrupt)
    lanes.release_waiting()
    if hint := sample_hint(settings, url):
        print(hint, flush=True)
    for number in range(1, settings.worker_count):
        threading.Thread(target=lanes.scoring.work, name=f"scoring {number}", daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        lanes.scoring.work()
        _drain(server)
    sys.exit(0)


class _Stop:
    """Ends the server on a signal, whatever the script is doing."""

    def __init__(self, scoring: ScoringThread) -> None:
        self._scoring = scoring
        self._is_stopping = False

    def on_terminate(self, *_: object) -> None:
        """Let running requests finish; one that does not is given up after a while."""
        if self._is_stopping:
            os._exit(0)
        self._is_stopping = True
        logger.info("Stopping when run() has returned, in at most %d s.", _GRACE_SECONDS)
        self._scoring.close()
        start_hidden_thread("stop", self._give_up)

    def on_interrupt(self, *_: object) -> None:
        """Interrupt ``run()``; its client is still told."""
        self.on_terminate()
        raise KeyboardInterrupt

    def _give_up(self) -> None:
        time.sleep(_GRACE_SECONDS)
        logger.error("run() has not returned: the server ends without it.")
        os._exit(0)


def _drain(server: Any) -> None:
    """Let the answers leave that are on their way."""
    end = time.monotonic() + _GRACE_SECONDS
    while _is_busy(server) and time.monotonic() < end:
        time.sleep(_POLL_SECONDS)


def _is_busy(server: Any) -> bool:
    channels = [item for item in list(_sockets(server).values()) if hasattr(item, "requests")]
    return any(channel.requests or channel.total_outbufs_len for channel in channels)


def _sockets(server: Any) -> dict[int, Any]:
    # One listener's server keeps its map to itself, that of several shows it.
    found: dict[int, Any] = getattr(server, "map", None) or server._map
    return found
