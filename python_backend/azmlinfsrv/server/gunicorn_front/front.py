"""The gunicorn front (POSIX): a master that forks workers, each with its own model."""

from __future__ import annotations

import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from azmlinfsrv.server.banner import show_sample_hint
from azmlinfsrv.server.boot import boot, create_service
from azmlinfsrv.server.code_files import FilesOfWorkers, code_files
from azmlinfsrv.server.gunicorn_front.master import Master
from azmlinfsrv.server.gunicorn_front.scoring_worker import ScoringWorker
from azmlinfsrv.server.service import Service
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.watchdog import most_seconds


class _Logger(Logger):  # type: ignore[misc]
    """Leaves the loggers as run.py has set them up.

    Requests have a line of the server's own (see request_log), and preparing gunicorn's takes a
    tenth of the time of a small request even where no handler wants it.
    """

    access_log_enabled = False

    def setup(self, cfg: Any) -> None:
        """Set up nothing."""


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(
        self, settings: Settings, listeners: list[socket.socket], url: str, *, is_held: bool
    ) -> None:
        self.settings = settings
        self.is_held = is_held
        self._listeners = listeners
        self._url = url
        self._preloads = settings.worker_preload and not settings.reload
        self._files = FilesOfWorkers(settings.entry_script) if settings.reload else None
        super().__init__()

    def load_config(self) -> None:
        # BaseApplication reads neither gunicorn.conf.py nor GUNICORN_CMD_ARGS: a folder that is
        # opened must not be able to run code in the server.
        options = {
            "bind": [f"fd://{listener.fileno()}" for listener in self._listeners],
            "worker_class": ScoringWorker,
            "workers": self.settings.worker_count,
            "timeout": most_seconds(self.settings),
            "preload_app": self._preloads,
            "logger_class": _Logger,
            # One socket path for all servers of a user, and a thread in a master that forks.
            "control_socket_disable": True,
            "pre_fork": self._before_fork,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Service:
        """Return the service; with WORKER_PRELOAD this is the master, and the script is loaded."""
        service = create_service(self.settings)
        if self._preloads:
            boot(service, self._url)
        return service

    def run(self) -> None:
        """Serve until a signal ends the master; exits the process."""
        master = Master(self)
        if self._files:
            self._files.follow(master.request_reload)
        master.run()

    def boot(self, service: Service, *, is_reload: bool) -> None:
        """Make the service ready, in the main thread of a worker."""
        if service.is_ready:
            return
        try:
            boot(service, self._url, is_reload=is_reload)
        finally:
            self.tell_files(service)

    def after_boot(self, worker: ScoringWorker) -> None:
        """Take note that a worker serves."""
        worker.loads.set_booted(worker.row)
        if worker.age == 1:
            # The last line of the start, said once; other workers may follow.
            show_sample_hint(self.settings, self._url)

    def tell_files(self, service: Service) -> None:
        """Tell the master which files a worker's code comes from, if it is to watch them."""
        if self._files:
            self._files.tell(code_files(service), service.load_began_ns)

    def _before_fork(self, master: Master, worker: ScoringWorker) -> None:
        worker.loads = master.loads
        worker.row = master.loads.claim()
        worker.is_reload = master.is_reloading


def serve(
    settings: Settings, listeners: list[socket.socket], url: str, *, is_held: bool = False
) -> None:
    """Serve until a signal ends the master; exits the process.

    With ``is_held`` another server takes the connections until this one is ready.
    """
    for listener in listeners:
        listener.set_inheritable(True)
    _Application(settings, listeners, url, is_held=is_held).run()
