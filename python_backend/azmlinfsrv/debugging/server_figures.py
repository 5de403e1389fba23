"""What a running server is at, read from what its workers have left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from azmlinfsrv.debugging.figures import Seen, bytes_read_by, percentile, read_figures
from azmlinfsrv.debugging.process_memory import memory_of
from azmlinfsrv.debugging.records import RunningServer

_SECOND = 1_000_000_000
State = Literal["starting", "ready", "busy"]


@dataclass(frozen=True)
class ServerFigures:
    """A server's figures; None is what nobody knows. Times are ISO 8601 in UTC.

    Attributes:
        state: starting until a worker has loaded the script; busy while a request is in ``run()``.
        running: how many requests are in ``run()``.
        busy_since: when the oldest of them came there.
        requests: those that ``run()`` was asked for since the server started, in workers that have
            been replaced, too.
        failures: those of them that were answered by an error.
        p50_ms: within which time half of them were answered; likewise ``p99_ms``.
        memory_bytes: what the server's processes hold; pages that they share count for each.
        loaded: when the code that serves was loaded.
        loading_since: since when ``init()`` runs, while no worker serves.
        init_seconds: how long it took the last time.
        bytes_read: what it has read from files, so far or the last time.

    """

    state: State
    running: int
    busy_since: str | None
    requests: int
    failures: int
    p50_ms: float | None
    p99_ms: float | None
    memory_bytes: int | None
    loaded: str | None
    loading_since: str | None
    init_seconds: float | None
    bytes_read: int | None


def figures_of(server: RunningServer, workers: list[int]) -> ServerFigures:
    """Return the figures of a server whose living workers are given."""
    all_seen = {pid: seen for pid, file in server.figures_files() if (seen := read_figures(file))}
    living = {pid: seen for pid, seen in all_seen.items() if pid in workers}
    # A request that was in run() when its worker was lost has got no good answer.
    lost = sum(seen.running for pid, seen in all_seen.items() if pid not in living)
    buckets = [sum(column) for column in zip(*(s.buckets for s in all_seen.values()), strict=True)]
    busy = [seen.running_since for seen in living.values() if seen.running]
    last = max((s for s in living.values() if s.load_ended), key=_load_ended, default=None)
    loading = {pid: seen for pid, seen in living.items() if not last and seen.init_began}
    return ServerFigures(
        state=_state(workers, living, is_loaded=last is not None, is_busy=bool(busy)),
        running=sum(seen.running for seen in living.values()),
        busy_since=_iso(min(busy)) if busy else None,
        requests=sum(seen.requests for seen in all_seen.values()) + lost,
        failures=sum(seen.failures for seen in all_seen.values()) + lost,
        p50_ms=percentile(buckets, 0.5),
        p99_ms=percentile(buckets, 0.99),
        memory_bytes=memory_of({server.facts.pid, *workers}),
        loaded=_iso(last.load_ended) if last else None,
        loading_since=_iso(min(s.init_began for s in loading.values())) if loading else None,
        init_seconds=round(last.init_ns / _SECOND, 3) if last else None,
        bytes_read=last.bytes_read if last else _read_so_far(loading),
    )


def _state(workers: list[int], living: dict[int, Seen], *, is_loaded: bool, is_busy: bool) -> State:
    if is_loaded or (workers and not living):
        # Of workers that leave no figures nothing is known but that they are there.
        return "busy" if is_busy else "ready"
    return "starting"


def _read_so_far(loading: dict[int, Seen]) -> int | None:
    amounts = [
        bytes_read_by(pid, seen.read_before) - seen.read_before
        for pid, seen in loading.items()
        if seen.read_before is not None
    ]
    return sum(amounts) if amounts else None


def _load_ended(seen: Seen) -> int:
    return seen.load_ended


def _iso(nanoseconds: int) -> str:
    moment = datetime.fromtimestamp(nanoseconds / _SECOND, timezone.utc)
    return moment.isoformat(timespec="milliseconds")
