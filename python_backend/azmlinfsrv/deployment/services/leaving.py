"""Servers that have been replaced, and answer what they have begun."""

from __future__ import annotations

import time

from azmlinfsrv.deployment.services.server_run import ServerRun

PATIENCE_SECONDS = 35.0
"""A little more than a server gives the requests that run."""
_POLL_SECONDS = 0.01


class LeavingServers:
    """Sees to it that each of them ends."""

    def __init__(self) -> None:
        self._servers: list[tuple[ServerRun, float]] = []

    def __bool__(self) -> bool:
        return bool(self._servers)

    def dismiss(self, server: ServerRun) -> None:
        """Let a server end when it has answered what it has begun."""
        server.ask_to_end()
        self._servers.append((server, time.monotonic() + PATIENCE_SECONDS))

    def look(self) -> None:
        """Remove what is left of those that have ended, and end those that do not."""
        for server, until in list(self._servers):
            if server.has_ended or time.monotonic() > until:
                server.kill()
                self._servers.remove((server, until))

    def wait(self, last: ServerRun | None) -> None:
        """Dismiss one more, and wait until all have ended, or have had their time."""
        if last:
            self.dismiss(last)
        while self._servers:
            self.look()
            time.sleep(_POLL_SECONDS)

    def kill(self) -> None:
        """End all of them at once."""
        for server, _ in self._servers:
            server.kill()
        self._servers.clear()
