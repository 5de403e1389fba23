"""What the two kinds of endpoints make of the same events, as far as it is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

DEFAULT_TIMEOUT_MS = 5000
_FULL_SHARE = 2


@dataclass(frozen=True)
class Rules:
    """The rules of one kind of endpoint.

    Attributes:
        kind: one of GATEWAYS.
        timed_out: the status when the model takes too long.
        full: the status when there are too many requests.
        unreachable: the status when the container gives no answer.
        longest_timeout_ms: as much as ``request_timeout_ms`` can be.
        requests_per_second: the default quota of an endpoint; None for none.
        most_connections: how many are open at once.
        slots_per_request: how many requests a deployment has at once, for each that it is to be
            sent at once.
        queue_seconds: how long one more waits.
        mirrors: whether it knows ``mirror_traffic``.
        server: what it calls itself; None leaves the container's name.
        seen_status: turns the container's status into the client's.

    """

    kind: str
    timed_out: HTTPStatus
    full: HTTPStatus
    unreachable: HTTPStatus
    longest_timeout_ms: int
    requests_per_second: int | None
    most_connections: int
    slots_per_request: int
    queue_seconds: float
    mirrors: bool
    server: str | None
    seen_status: Callable[[int], int]


def _managed_status(status: int) -> int:
    """Return 424 for whatever is not exactly 200."""
    return status if status == HTTPStatus.OK else HTTPStatus.FAILED_DEPENDENCY


def _kubernetes_status(status: int) -> int:
    is_error = status == HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.BAD_GATEWAY if is_error else status


_RULES = (
    Rules(
        kind="managed",
        timed_out=HTTPStatus.REQUEST_TIMEOUT,
        full=HTTPStatus.TOO_MANY_REQUESTS,
        unreachable=HTTPStatus.FAILED_DEPENDENCY,
        longest_timeout_ms=180_000,
        requests_per_second=500,
        most_connections=500,
        slots_per_request=_FULL_SHARE,
        queue_seconds=0,
        mirrors=True,
        server="azureml-frontdoor",
        seen_status=_managed_status,
    ),
    Rules(
        kind="kubernetes",
        timed_out=HTTPStatus.GATEWAY_TIMEOUT,
        full=HTTPStatus.SERVICE_UNAVAILABLE,
        unreachable=HTTPStatus.BAD_GATEWAY,
        longest_timeout_ms=300_000,
        requests_per_second=None,
        most_connections=1000,
        slots_per_request=1,
        queue_seconds=0.5,
        mirrors=False,
        server=None,
        seen_status=_kubernetes_status,
    ),
)
RULES = {rules.kind: rules for rules in _RULES}
