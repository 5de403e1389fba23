"""The waitress front (the only one on Windows): one process, and threads that score in it."""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import socket
import sys
import threading
import time
from typing import Any, NoReturn

from waitress import wasyncore
from waitress.server import create_server

from azmlinfsrv.debugging.attachable import Attachable
from azmlinfsrv.debugging.records import withdraw
from azmlinfsrv.server.banner import show_sample_hint
from azmlinfsrv.server.boot import boot, create_service, reload_in_place
from azmlinfsrv.server.code_files import SavedFiles, code_files
from azmlinfsrv.server.debugger import keep_figures, meet_debugger
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.service import Service
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.terminal import Terminal
from azmlinfsrv.server.waitress_front.channel import Channel
from azmlinfsrv.server.waitress_front.lanes import Lanes
from azmlinfsrv.server.waitress_front.wsgi import ScoringWSGI
from azmlinfsrv.server.watchdog import Watchdog
from azmlinfsrv.threads import leave_signals_to_children, start_hidden_thread

_GRACE_SECONDS = 30
_POLL_SECONDS = 0.01
_FOLLOW_SECONDS = 0.5


def serve(
    settings: Settings, listeners: list[socket.socket], url: str, *, is_held: bool = False
) -> None:
    """Serve until a signal ends the process; exits the process.

    With ``is_held`` another server takes the connections until this one is ready.
    """
    service = create_service(settings)
    keep_figures(service, os.getpid())
    threads = settings.worker_count * settings.threads
    lanes = Lanes(service, threads)
    server = create_server(
        ScoringWSGI(lanes.answer, service.admits),
        sockets=listeners,
        _dispatcher=lanes,
        ident="waitress",
        # Goes on reading while a request is served: so it is seen when the client goes away.
        channel_request_lookahead=1,
    )
    for listening in _listening(server):
        listening.channel_class = Channel
    if not is_held:
        start_hidden_thread("connections", server.run)
    with contextlib.suppress(KeyboardInterrupt):
        _Stop(service, server, lanes).listen()
        meet_debugger(settings, Attachable(os.getpid()))
        boot(service, url)
        if is_held:
            start_hidden_thread("connections", server.run)
        signal.signal(signal.SIGINT, _interrupt)
        _reload_on_demand(service, lanes)
        Watchdog(settings, lanes.running, lanes.answer_too_late, lanes.give_up).start()
        lanes.release_waiting()
        show_sample_hint(settings, url)
        for number in range(1, threads):
            name = f"scoring {number}"
            threading.Thread(target=lanes.scoring.work, name=name, daemon=True).start()
        lanes.scoring.work()
        _drain(server)
    # Scoring threads that have not come to an end must not hold the process.
    _end()


def _reload_on_demand(service: Service, lanes: Lanes) -> None:
    """Load the script anew on SIGHUP, and with --reload when it is saved."""
    is_asked = threading.Event()
    terminal = Terminal()

    def reload() -> None:
        is_asked.clear()
        reload_in_place(service)

    def request_reload(*_: object) -> None:
        if terminal.has_gone:
            signal.raise_signal(signal.SIGTERM)
            return
        # What is saved again before it was loaded is loaded once.
        if not is_asked.is_set():
            is_asked.set()
            lanes.scoring.submit(reload)

    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, request_reload)
    if service.settings.reload:
        start_hidden_thread("code files", _follow_code, service, SavedFiles(request_reload))


def _follow_code(service: Service, saved: SavedFiles) -> None:
    """Watch the files of the code, those that ``run()`` imports late among them."""
    while True:
        saved.add(code_files(service), service.load_began_ns)
        time.sleep(_FOLLOW_SECONDS)


class _Stop:
    """Ends the server on a signal, whatever the script is doing.

    Python calls a signal's handler when the main thread comes back to Python code, and ``run()``
    may be in C for long. What Python writes to the wake-up socket comes at once.
    """

    def __init__(self, service: Service, server: Any, lanes: Lanes) -> None:
        self._service = service
        self._server = server
        self._lanes = lanes
        self._is_stopping = False
        self._sockets = socket.socketpair()

    def listen(self) -> None:
        """Take signals from now on. Called in the main thread."""
        for end in self._sockets:
            end.setblocking(end is self._sockets[0])
        signal.set_wakeup_fd(self._sockets[1].fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _do_nothing)
        leave_signals_to_children()
        start_hidden_thread("signals", self._wait)

    def _wait(self) -> None:
        while number := self._sockets[0].recv(1):
            if number[0] in (signal.SIGTERM, signal.SIGINT):
                self._stop()

    def _stop(self) -> None:
        """Let running requests finish; one that does not is given up after a while."""
        if self._is_stopping or not self._service.is_ready:
            logger.info("Stopping at once.")
            _end()
        self._is_stopping = True
        logger.info("Stopping when run() has returned, in at most %d s.", _GRACE_SECONDS)
        for listening in _listening(self._server):
            # In the thread of the connections: nobody else may touch their map.
            close = functools.partial(wasyncore.dispatcher.close, listening)
            listening.trigger.pull_trigger(close)
        self._lanes.close()
        start_hidden_thread("stop", self._give_up)

    def _give_up(self) -> None:
        time.sleep(_GRACE_SECONDS)
        logger.error("run() has not returned: the server ends without it.")
        _end()


def _end() -> NoReturn:
    sys.stdout.flush()
    withdraw()
    os._exit(0)


def _do_nothing(*_: object) -> None:
    """Stand for a signal that is dealt with elsewhere."""


def _interrupt(*_: object) -> None:
    """Interrupt ``run()``, whose client is still told."""
    raise KeyboardInterrupt("the server was interrupted")


def _drain(server: Any) -> None:
    """Let the answers leave that are on their way."""
    end = time.monotonic() + _GRACE_SECONDS
    while _is_busy(server) and time.monotonic() < end:
        time.sleep(_POLL_SECONDS)


def _is_busy(server: Any) -> bool:
    channels = [item for item in list(_sockets(server).values()) if isinstance(item, Channel)]
    return any(channel.requests or channel.total_outbufs_len for channel in channels)


def _listening(server: Any) -> list[Any]:
    return [item for item in list(_sockets(server).values()) if hasattr(item, "channel_class")]


def _sockets(server: Any) -> dict[int, Any]:
    # One listener's server keeps its map to itself, that of several shows it.
    found: dict[int, Any] = getattr(server, "map", None) or server._map
    return found
