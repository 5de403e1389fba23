"""Starts the gateway of a server, as a process of its own in front of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
from typing import Any

from azmlinfsrv.debugging.unfollowed import unfollowed
from azmlinfsrv.own_command import own_command
from azmlinfsrv.server.gateway.rules import DEFAULT_TIMEOUT_MS, RULES
from azmlinfsrv.server.lifecycle import is_watched
from azmlinfsrv.server.listener import open_any_port
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.threads import start_hidden_thread

FRONT = ("gateway", "front")
_END_SECONDS = 8
_MEBIBYTE = 1 << 20


class GatewayBeside:
    """The gateway of a server.

    A process, for the server forks workers, which would hold a thread's connections open, and a
    debugger that stops the server would stop it, too.

    Args:
        settings: the server's.
        listener: where clients connect.

    Attributes:
        inner: where the server is to listen in its place.

    """

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.inner = open_any_port("127.0.0.1")
        self._owner = os.getpid()
        self._is_ending = False
        with unfollowed():
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*own_command(), *FRONT],
                stdin=subprocess.PIPE,
                pass_fds=(listener.fileno(),),
            )
        order = _order(settings, listener.fileno(), self.inner.getsockname()[1])
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        logger.info(
            "A gateway (%s) takes the requests of port %d, and passes them on to the server on "
            "port %d of this machine.",
            *(settings.gateway, listener.getsockname()[1], order["port"]),
        )
        listener.close()
        start_hidden_thread("gateway", self._watch)

    def end(self) -> None:
        """End it, when the requests on their way have their answers."""
        if os.getpid() != self._owner:
            return
        self._is_ending = True
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _watch(self) -> None:
        status = self._process.wait()
        if not self._is_ending:
            logger.error("The gateway has ended with status %d, and the server with it.", status)
            os.kill(self._owner, signal.SIGTERM)


def _order(settings: Settings, listener: int, port: int) -> dict[str, Any]:
    assert settings.gateway is not None  # noqa: S101
    rules = RULES[settings.gateway]
    rate = settings.requests_per_second
    return {
        "kind": rules.kind,
        "listener": listener,
        "port": port,
        "timeout": (settings.request_timeout_ms or DEFAULT_TIMEOUT_MS) / 1000,
        "at_once": settings.max_concurrent_requests or settings.worker_count,
        "requests_per_second": (rules.requests_per_second or 0) if rate is None else rate,
        "most_bytes": settings.max_payload_mb * _MEBIBYTE,
        "auth": settings.auth,
        "keys_file": settings.keys_file,
        "for_editor": is_watched(),
        "log_format": settings.log_format,
        "log_level": settings.log_level,
    }
