"""Who answers: the deployments behind a gateway, and which of them is next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_ALL = 100


@dataclass(frozen=True)
class Target:
    """A deployment.

    Attributes:
        name: the deployment's.
        port: where its server listens on this machine; None if it does not.
        problem: why it does not.
        is_missing: whether there is no such deployment on this machine, as there would be in Azure.
        timeout: seconds that an answer may take.
        at_once: how many requests it is to be sent at once, over all instances.
        queue_seconds: how long one more waits; None as the kind of endpoint has it.
        authorization: makes the header that its server wants to see, in place of the client's;
            None to leave that.

    """

    name: str
    port: int | None
    problem: str | None = None
    timeout: float = 5.0
    at_once: int = 1
    queue_seconds: float | None = None
    is_missing: bool = False
    authorization: Callable[[], str | None] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Table:
    """The deployments of an endpoint.

    Attributes:
        targets: by name.
        traffic: per cent of the requests that name no deployment; they sum up to 100 or 0.
        mirror: the deployment that gets copies, and for how many per cent of those requests.
        missing: what to do when nobody gets any of them, in a sentence.

    """

    targets: Mapping[str, Target]
    traffic: Mapping[str, int]
    mirror: tuple[str, int] | None = None
    missing: str = ""


class Shares:
    """Deals out requests by their shares, spread as evenly as they can be.

    Not by chance: of any number of requests each deployment gets its share to within one, so that
    a test of ten requests with 90 and 10 per cent always meets both, and always in the same order.

    Args:
        weights: by name.

    """

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = {name: weight for name, weight in weights.items() if weight > 0}
        self._total = sum(self._weights.values())
        self._credit = dict.fromkeys(self._weights, 0)

    def next(self) -> str | None:
        """Return whose turn it is; None if nobody has a share."""
        if len(self._weights) == 1:
            return next(iter(self._weights))
        if not self._weights:
            return None
        for name, weight in self._weights.items():
            self._credit[name] += weight
        chosen = max(self._credit, key=self._credit.__getitem__)
        self._credit[chosen] -= self._total
        return chosen


class Portion:
    """Picks some per cent of the requests, spread evenly. Args: per_cent: from 0 to 100."""

    def __init__(self, per_cent: int) -> None:
        self._per_cent = per_cent
        self._credit = 0

    def takes_next(self) -> bool:
        """Whether the next one is among them."""
        self._credit += self._per_cent
        if self._credit < _ALL:
            return False
        self._credit -= _ALL
        return True
