"""The gunicorn front (POSIX): a master that forks workers, each with its own model."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from azmlinfsrv.server.lifecycle import is_watched
from azmlinfsrv.server.log import logging_config
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.worker import boot


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
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return boot(self._settings, self._url)


def serve(settings: Settings, listener: socket.socket, url: str) -> None:
    """Serve until a signal ends the master; exits the process."""
    listener.set_inheritable(True)
    _Application(settings, listener, url).run()
