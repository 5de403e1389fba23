"""Where a script succeeds here and would fail on the published server: allowed, and told once."""

from __future__ import annotations

import logging

_logger = logging.getLogger("azmlinfsrv.compat")
_HINT = " (--compat published does as that server does.)"


class Mercies:
    """Decides whether the published server's failures are repeated.

    Each kind of mercy is told once, so that whoever relies on it learns that it ends in the cloud.

    Args:
        as_published: whether there is no mercy.

    """

    def __init__(self, *, as_published: bool = False) -> None:
        self.as_published = as_published
        self._told: set[str] = set()

    def tell(self, kind: str, message: str) -> None:
        """Warn of a difference, the first time that one of its kind is met."""
        if kind not in self._told:
            self._told.add(kind)
            _logger.warning("%s%s", message, _HINT)
