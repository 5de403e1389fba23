"""When a server that has crashed is started again, and when no more."""

from __future__ import annotations

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0
CALM_SECONDS = 60.0
"""How long a server has to run for its crashes before to be forgotten."""


class BackOff:
    """Counts crashes in a row.

    Args:
        limit: how many restarts there are.

    Attributes:
        restarts: how many there have been.

    """

    def __init__(self, limit: int) -> None:
        self.restarts = 0
        self.limit = limit

    def next_delay(self) -> float | None:
        """Return after how many seconds to start again; None for not at all."""
        if self.restarts >= self.limit:
            return None
        self.restarts += 1
        return float(min(_FIRST_SECONDS * 2 ** (self.restarts - 1), _LONGEST_SECONDS))

    def forget(self) -> None:
        """Take note that the server has run for long."""
        self.restarts = 0
