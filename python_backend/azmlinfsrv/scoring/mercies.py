"""Where a script succeeds here and would fail on the published server: allowed, and told once."""

from __future__ import annotations

import logging

_logger = logging.getLogger("azmlinfsrv.compat")
_HINT = " (--compat published lets that happen here, too.)"


class Mercies:
    """Decides whether the published server's failures are repeated.

    Each kind of mercy is told once, so that whoever relies on it learns that it ends in the cloud.

    Args:
        as_published: whether there is no mercy.

    """

    def __init__(self, *, as_published: bool = False) -> None:
        self.as_published = as_published
        self._told: set[str] = set()

    def tell(self, kind: str, message: str, *, is_mercy: bool = True) -> None:
        """Warn of a difference, or of what is no better here, the first time that it is met."""
        if kind not in self._told:
            self._told.add(kind)
            _logger.warning("%s%s", message, _HINT if is_mercy else "")
