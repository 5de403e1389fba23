"""Where a service takes connections: a socket that outlives its servers."""

from __future__ import annotations

import contextlib
import socket
import sys

from azmlinfsrv.deployment.services.folder import all_services
from azmlinfsrv.server.listener import ListenError, open_any_port, open_listener

_HOST = "127.0.0.1"


class Address:
    """A port of this machine, which nobody else gets while the service runs.

    Windows shares no socket with a child: there the port is only looked for.

    Args:
        port: the one that the deployment asks for; None for any.
        last_port: the one that the service had before, by which its callers know it.

    Raises:
        ListenError: the port cannot be had; the message says why.

    """

    def __init__(self, port: int | None, last_port: int | None = None) -> None:
        self._socket = _open(port, last_port)
        self.port: int = self._socket.getsockname()[1]
        if sys.platform == "win32":
            self._socket.close()

    def fileno(self) -> int:
        """Return the descriptor that servers inherit."""
        return self._socket.fileno()

    def close(self) -> None:
        """Let go of the port, as soon as no server has it any more."""
        self._socket.close()


def _open(port: int | None, last_port: int | None) -> socket.socket:
    if port is not None:
        try:
            return open_listener(_HOST, port)
        except ListenError:
            _explain_by_service(port)
            raise
    if last_port is not None:
        with contextlib.suppress(ListenError):
            return open_listener(_HOST, last_port)
    return open_any_port(_HOST)


def _explain_by_service(port: int) -> None:
    """Name the service that has a port: whoever ended its process would see it start again.

    Raises:
        ListenError: it is a service that has it.

    """
    for service in all_services():
        status = service.status()
        if status.port == port and status.is_supervised:
            raise ListenError(
                f"Port {port} is that of the service {service.name}. Choose another port, or end "
                f"that service: `azmlinfsrv services delete {service.name}`."
            ) from None
