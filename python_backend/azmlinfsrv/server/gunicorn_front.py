"""The gunicorn front (POSIX): a master that forks workers, each with its own model."""

from __future__ import annotations

import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger

from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.server.banner import sample_hint
from azmlinfsrv.server.lifecycle import BOOT_FAILURE, report_failure
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.scoring_worker import ScoringWorker
from azmlinfsrv.server.service import Service
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.worker import boot, create_service
from azmlinfsrv.server.worker_loads import WorkerLoads

# A worker that is being replaced and the one that replaces it are there together for a while.
_SPARE_ROWS = 4


class _Logger(Logger):  # type: ignore[misc]
    """Leaves the loggers as run.py has set them up.

    Requests have a line of the server's own (see request_log), and preparing gunicorn's takes a
    tenth of the time of a small request even where no handler wants it.
    """

    access_log_enabled = False

    def setup(self, cfg: Any) -> None:
        """Set up nothing."""


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, listeners: list[socket.socket], url: str) -> None:
        self._settings = settings
        self._listeners = listeners
        self._url = url
        self._loads = WorkerLoads(settings.worker_count + _SPARE_ROWS)
        super().__init__()

    def load_config(self) -> None:
        # BaseApplication reads neither gunicorn.conf.py nor GUNICORN_CMD_ARGS: a folder that is
        # opened must not be able to run code in the server.
        options = {
            "bind": [f"fd://{listener.fileno()}" for listener in self._listeners],
            "worker_class": ScoringWorker,
            "workers": self._settings.worker_count,
            "timeout": self._settings.worker_timeout,
            "preload_app": self._settings.worker_preload,
            "logger_class": _Logger,
            # One socket path for all servers of a user, and a thread in a master that forks.
            "control_socket_disable": True,
            "pre_fork": self._before_fork,
            "child_exit": self._after_exit,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Service:
        """Return the service; with WORKER_PRELOAD this is the master, and the script is loaded."""
        service = create_service(self._settings)
        if self._settings.worker_preload:
            boot(service, self._url)
        return service

    def boot(self, service: Service) -> None:
        """Make the service ready, in the main thread of a worker."""
        if not service.is_ready:
            boot(service, self._url)

    def after_boot(self, worker: ScoringWorker) -> None:
        self._loads.set_booted(worker.row)
        # The last line of the start, said once; other workers may follow.
        hint = sample_hint(self._settings, self._url) if worker.age == 1 else None
        if hint:
            print(hint, flush=True)

    def _before_fork(self, _arbiter: Any, worker: ScoringWorker) -> None:
        worker.loads = self._loads
        worker.row = self._loads.claim()

    def _after_exit(self, arbiter: Any, worker: ScoringWorker) -> None:
        """End the server when a worker died in init(): the next one would die there, too."""
        has_booted = self._loads.has_booted(worker.row)
        self._loads.release(worker.row)
        # A server that is being stopped has closed its listeners.
        if has_booted or not arbiter.LISTENERS:
            return
        error = EntryScriptError(
            "The worker process ended while it loaded the entry script or ran init(): "
            "the script, or a library that it uses, crashed or ended the process."
        )
        logger.error("%s", error)
        report_failure(error)
        raise HaltServer("Worker failed to boot.", BOOT_FAILURE)


def serve(settings: Settings, listeners: list[socket.socket], url: str) -> None:
    """Serve until a signal ends the master; exits the process."""
    for listener in listeners:
        listener.set_inheritable(True)
    _Application(settings, listeners, url).run()
