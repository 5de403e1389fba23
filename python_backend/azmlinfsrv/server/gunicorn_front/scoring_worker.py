"""A gunicorn worker whose event loop is never busy: ``run()`` has the main thread for itself."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from gunicorn.workers.base import Worker

from azmlinfsrv.debugging.attachable import Attachable
from azmlinfsrv.debugging.debuggee import is_being_debugged
from azmlinfsrv.server.debugger import keep_figures, meet_debugger
from azmlinfsrv.server.gunicorn_front.acceptor import Acceptor
from azmlinfsrv.server.gunicorn_front.connection import SILENCE_SECONDS, Connection
from azmlinfsrv.server.gunicorn_front.dispatcher import Dispatcher
from azmlinfsrv.server.gunicorn_front.worker_loads import Load, WorkerLoads
from azmlinfsrv.server.running import Running
from azmlinfsrv.server.scoring_queue import ScoringQueue
from azmlinfsrv.server.watchdog import Watchdog
from azmlinfsrv.threads import leave_signals_to_children, start_hidden_thread

_HEARTBEAT_SECONDS = 1.0
_STAND_BACKS = 20
_SHORT_STAND_BACKS = 2
_DRAIN_POLL_SECONDS = 0.02
# For the last answers to leave.
_FAREWELL_SECONDS = 0.1
# How long a connection may say nothing while the worker stops.
_FRESH_SECONDS = 0.2
# What a worker gets that is to end at once.
_QUICK_SECONDS = 1.0
# What requests in other threads get when one of them hangs.
_SIBLING_SECONDS = 2.0
# How long a connection may say nothing between two requests.
_KEEP_ALIVE_SECONDS = 5


class ScoringWorker(Worker):  # type: ignore[misc]
    """Loads the script and calls ``init()`` and ``run()`` in the main thread.

    So signals, sqlite3 and whatever else belongs to the main thread work in the script as they do
    in the published server. Connections are served by an event loop in a helper thread. Only with
    ``--threads`` is ``run()`` called in further threads, too.
    """

    # Set by the master before it forks.
    loads: WorkerLoads
    row: int
    is_reload: bool

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._scoring = ScoringQueue()
        self._stop_requested: asyncio.Event | None = None
        self._has_failed_to_boot = False
        self._is_quick = False
        self._acceptors: list[Acceptor] = []

    def load_wsgi(self) -> None:
        """Make the service, which is still to boot, and the loop that serves it."""
        self.service = self.app.wsgi()
        keep_figures(self.service, self.ppid)
        self.loop = asyncio.new_event_loop()
        on_load = self._tell_load if self.cfg.workers > 1 else None
        self._dispatcher = Dispatcher(self.service, self._scoring, self.loop, on_load)

    def init_signals(self) -> None:
        """Handle signals in the main thread; the loop cannot, it runs in another."""
        for number in self.SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, self._on_terminate)
        signal.signal(signal.SIGINT, self._on_quit)
        signal.signal(signal.SIGQUIT, self._on_quit)
        signal.signal(signal.SIGABRT, self._on_abort)
        signal.signal(signal.SIGUSR1, lambda *_: self.log.reopen_files())
        signal.signal(signal.SIGWINCH, signal.SIG_IGN)
        leave_signals_to_children()
        # A stop must not interrupt what run() waits for.
        signal.siginterrupt(signal.SIGTERM, False)

    def run(self) -> None:
        """Serve until the worker is told to stop."""
        thread = start_hidden_thread("event loop", self._serve_connections)
        attachable = Attachable(self.ppid)
        try:
            self._boot(attachable)
        except SystemExit:
            self._has_failed_to_boot = True
            raise
        else:
            for number in range(1, self.service.settings.threads):
                name = f"scoring {number}"
                threading.Thread(target=self._scoring.work, name=name, daemon=True).start()
            self._scoring.work()
        finally:
            attachable.close()
            self._request_stop()
            thread.join(self.cfg.graceful_timeout)

    def _boot(self, attachable: Attachable) -> None:
        # Requests that run may finish when the worker is told to stop. In init() there are none:
        # a stop that comes then ends the worker at once.
        drain = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        meet_debugger(self.app.settings, attachable, is_first=self.age == 1)
        self.app.boot(self.service, is_reload=self.is_reload)
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, drain)
        self.app.after_boot(self)
        running = self._dispatcher.running
        settings = self.service.settings
        Watchdog(settings, running, self._dispatcher.answer_too_late, self._give_up).start()
        self.loop.call_soon_threadsafe(self._begin_accepting)
        self._dispatcher.release_waiting()

    def _on_terminate(self, _number: int, _frame: FrameType | None) -> None:
        self._request_stop()

    def _on_quit(self, _number: int, _frame: FrameType | None) -> None:
        self._is_quick = True
        self._request_stop()
        main = threading.get_ident()
        if any(running.thread == main for running in self._dispatcher.running.all()):
            # Whatever run() does is given up; its client is still told.
            raise SystemExit("the server was interrupted")
        if not self.service.is_ready:
            sys.stdout.flush()
            os._exit(0)

    def _on_abort(self, _number: int, _frame: FrameType | None) -> None:
        # Raising would leave it to the script whether this worker ends.
        self.service.request_log.write()
        sys.stdout.flush()
        os._exit(1)

    def _request_stop(self) -> None:
        self.alive = False
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self.loop.call_soon_threadsafe(self._note_stop)

    def _note_stop(self) -> None:
        if self._stop_requested is not None:
            self._stop_requested.set()

    def _serve_connections(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(self._serve())
        self.loop.close()

    async def _serve(self) -> None:
        self._stop_requested = asyncio.Event()
        if not self.app.is_held:
            self._begin_accepting()
        # The master ends a worker whose heart does not beat: run() holds Python's lock.
        heartbeat = min(_HEARTBEAT_SECONDS, (self.cfg.timeout or math.inf) / 4)
        while self.alive and self.ppid == os.getppid():
            self.notify()
            self._close_silent()
            if self.service.is_ready:
                # What run() imports when it is first called is the script's code, too.
                self.app.tell_files(self.service)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stop_requested.wait(), heartbeat)
        self.alive = False
        self._stop_accepting()
        # Nobody who waits for an init() that has failed can be answered any more.
        if not self._has_failed_to_boot:
            await self._drain()
        self._dispatcher.write_log()
        self._scoring.close()
        if self._dispatcher.running.all():
            self.log.error("run() has not returned: the worker (pid:%s) ends without it", self.pid)
            sys.stdout.flush()
            os._exit(0)

    def _begin_accepting(self) -> None:
        if self._acceptors or self._dispatcher.is_stopping:
            return
        self._acceptors = [
            Acceptor(self.loop, bound.sock, self._make_connection, self._patience)
            for bound in self.sockets
        ]

    def _stop_accepting(self) -> None:
        self._dispatcher.is_stopping = True
        for acceptor in self._acceptors:
            acceptor.close()

    def _make_connection(self) -> Connection:
        return Connection(self._dispatcher)

    def _tell_load(self) -> None:
        """Let the siblings know how much there is to do here."""
        self.loads.set(self.row, self._load())

    def _load(self) -> Load:
        # Those that are being opened, too: a connection that comes in the same instant is for a
        # sibling.
        return Load(self._dispatcher.pending, len(self._dispatcher.connections) + self._opening)

    @property
    def _opening(self) -> int:
        return sum(acceptor.opening for acceptor in self._acceptors)

    def _patience(self) -> float:
        """Return how often to leave a waiting connection to the siblings."""
        lightest = self.loads.lightest_of_others(self.row)
        if lightest is None:
            return 0
        if not self.service.is_ready or self.loads.is_retired(self.row):
            # Whoever waited here would wait for init(), or get an answer of code that has been
            # told to be gone; and a sibling can answer now.
            return math.inf
        if lightest < self._load():
            return _STAND_BACKS
        # A sibling that is busy, too, may be done in a moment.
        return _SHORT_STAND_BACKS if self._dispatcher.pending else 0

    def _give_up(self, running: Running[Connection], tell: Callable[[], None]) -> None:
        """End this worker, whose ``run()`` does not return; the master replaces it.

        Called by the watchdog. The master cannot tell by itself: it watches the loop, which is
        never busy.
        """
        seconds = time.monotonic() - running.since
        self.log.critical(
            "WORKER TIMEOUT (pid:%s): run() has not returned for %.0f s, the worker is replaced",
            self.pid,
            seconds,
        )
        # Whoever comes from now on is for the worker that replaces this one.
        self.loop.call_soon_threadsafe(self._stop_accepting)
        tell()
        self._wait_for_siblings(running)
        self.loop.call_soon_threadsafe(self._dispatcher.refuse_all)
        time.sleep(_FAREWELL_SECONDS)
        self._on_abort(signal.SIGABRT, None)

    def _wait_for_siblings(self, hanging: Running[Connection]) -> None:
        """With --threads, let other requests come to an end, for a moment."""
        end = time.monotonic() + _SIBLING_SECONDS
        while time.monotonic() < end:
            others = [each for each in self._dispatcher.running.all() if each is not hanging]
            if not others:
                return
            time.sleep(_DRAIN_POLL_SECONDS)

    def _close_silent(self) -> None:
        """Close connections on which nothing has happened for too long."""
        now = time.monotonic()
        for connection in list(self._dispatcher.connections):
            limit = _KEEP_ALIVE_SECONDS if connection.is_between_requests else SILENCE_SECONDS
            if connection.is_idle and now - connection.last_activity > limit:
                connection.close()

    def _is_busy(self) -> bool:
        dispatcher = self._dispatcher
        return bool(self._opening or dispatcher.connections or dispatcher.running.all())

    async def _drain(self) -> None:
        """Let running requests finish, for at most the graceful timeout."""
        # A little less than the master waits, which would blame a lack of memory.
        end = self.loop.time() + self.cfg.graceful_timeout - _FAREWELL_SECONDS * 10
        while self._is_busy():
            now = self.loop.time()
            if self._is_quick:
                end = min(end, now + _QUICK_SECONDS)
            # After a reload nobody waits for this worker to end; and nobody is to be cut off who
            # is looked at in a debugger.
            has_time = self.loads.is_retired(self.row) or is_being_debugged()
            if now >= end and not (has_time and not self._is_quick):
                break
            for connection in list(self._dispatcher.connections):
                silence = time.monotonic() - connection.last_activity
                # A client that has just connected, or been answered, may be about to send: it is
                # still answered, and told to close.
                if connection.is_idle and silence > _FRESH_SECONDS:
                    connection.close()
            self.notify()
            await asyncio.sleep(_DRAIN_POLL_SECONDS)
