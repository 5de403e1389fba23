"""The gunicorn front (POSIX): a master that forks workers, each with its own model."""

from __future__ import annotations

import mmap
import signal
import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.errors import HaltServer

from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.server.banner import sample_hint
from azmlinfsrv.server.lifecycle import BOOT_FAILURE, is_watched, report_failure
from azmlinfsrv.server.log import logger, logging_config
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.worker import boot
from azmlinfsrv.server.wsgi import ScoringApplication


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, listener: socket.socket, url: str) -> None:
        self._settings = settings
        self._listener = listener
        self._url = url
        super().__init__()

    def load_config(self) -> None:
        # BaseApplication reads neither gunicorn.conf.py nor GUNICORN_CMD_ARGS: a folder that is
        # opened must not be able to run code in the server.
        options = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": self._settings.worker_count,
            "timeout": self._settings.worker_timeout,
            "accesslog": "-",
            "logconfig_dict": logging_config(for_editor=is_watched()),
            # One socket path for all servers of a user, and a thread in a master that forks.
            "control_socket_disable": True,
            "pre_fork": _before_fork,
            "post_worker_init": self._after_boot,
            "child_exit": _after_exit,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> ScoringApplication:
        # gunicorn's handler lets running requests finish. In init() there are none: a stop that
        # comes now ends the worker at once.
        drain = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        application = boot(self._settings, self._url)
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, drain)
        return application

    def _after_boot(self, worker: Any) -> None:
        worker.has_booted[0] = True
        # The last line of the start, said once; other workers may follow.
        hint = sample_hint(self._settings, self._url) if worker.age == 1 else None
        if hint:
            print(hint, flush=True)


def _before_fork(_arbiter: Any, worker: Any) -> None:
    # One byte that the worker shares with the master.
    worker.has_booted = mmap.mmap(-1, 1)


def _after_exit(arbiter: Any, worker: Any) -> None:
    """End the server when a worker died in init(): the next one would die there, too."""
    booted = bool(worker.has_booted[0])
    worker.has_booted.close()
    # A server that is being stopped has closed its listeners.
    if booted or not arbiter.LISTENERS:
        return
    error = EntryScriptError(
        "The worker process ended while it loaded the entry script or ran init(): "
        "the script, or a library that it uses, crashed or ended the process."
    )
    logger.error("%s", error)
    report_failure(error)
    raise HaltServer("Worker failed to boot.", BOOT_FAILURE)


def serve(settings: Settings, listener: socket.socket, url: str) -> None:
    """Serve until a signal ends the master; exits the process."""
    listener.set_inheritable(True)
    _Application(settings, listener, url).run()
