"""Where a request is answered."""

from __future__ import annotations

from enum import Enum


class Lane(Enum):
    """Where a request is answered, so that none waits for another kind."""

    PROBE = "probe"
    """At once, even while ``init()`` runs."""
    HEALTH = "health"
    """At once, when ``init()`` is done."""
    SCORING = "scoring"
    """One after the other, in the thread in which ``init()`` ran."""
    ASIDE = "aside"
    """In some other thread: every other route, by Flask."""
