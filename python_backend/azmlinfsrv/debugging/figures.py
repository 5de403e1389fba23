"""What a worker tells of its work, where other processes of this user can always read it.

It stands in a small file that the worker has mapped: whoever reads it needs no answer from the
worker, which may be in ``run()``, in C code that holds Python's lock, or paused at a breakpoint.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LAYOUT_NUMBER = 1
# Slots of eight bytes, each written as one: a reader never sees half a number.
(
    _LAYOUT,
    _LOAD_BEGAN,
    _INIT_BEGAN,
    _LOAD_ENDED,
    _INIT_NS,
    _READ_BEFORE,
    _READ,
    _RUNNING,
    _RUNNING_SINCE,
    _REQUESTS,
    _FAILURES,
) = range(11)
_FIRST_BUCKET = 16
_LOADING = slice(_LOAD_BEGAN, _RUNNING)
_UNKNOWN = -1
# Eight to each doubling of the time: a figure is off by six hundredths at most.
_STEPS = 8
_STEP_BITS = 3
_DOUBLINGS = 38
_BUCKETS = _STEPS * (_DOUBLINGS + 1)
_BYTES = 8 * (_FIRST_BUCKET + _BUCKETS)


class WorkerFigures:
    """Counts a worker's requests and how long they take, and notes what it is at.

    Args:
        file: where; without one, or if it cannot be had, nobody can read the figures. What a
            worker that had the same number before has counted, goes on counting.

    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._table = memoryview(_map(file)).cast("q")
        self._table[_LAYOUT] = _LAYOUT_NUMBER
        if self._table[_RUNNING]:
            self._table[_REQUESTS] += self._table[_RUNNING]
            self._table[_FAILURES] += self._table[_RUNNING]
            self._table[_RUNNING] = 0
        for slot in range(_LOAD_BEGAN, _RUNNING):
            self._table[slot] = 0

    def take_over(self, loaded: WorkerFigures) -> None:
        """Note what another process, the one that forked this, has loaded for it."""
        self._table[_LOADING] = loaded._table[_LOADING]

    def load_began(self) -> None:
        """Note that the script is being loaded."""
        self._table[_LOAD_BEGAN] = time.time_ns()
        self._table[_INIT_BEGAN] = 0

    def init_began(self) -> None:
        """Note that ``init()`` has been called."""
        self._table[_READ_BEFORE] = bytes_read_by("self", _UNKNOWN)
        self._table[_INIT_BEGAN] = time.time_ns()

    def load_ended(self) -> None:
        """Note that the script serves."""
        now, before = time.time_ns(), self._table[_READ_BEFORE]
        self._table[_READ] = bytes_read_by("self", before - 1) - before
        self._table[_INIT_NS] = now - self._table[_INIT_BEGAN]
        self._table[_LOAD_ENDED] = now

    def load_failed(self) -> None:
        """Note that the new code cannot be served, and the old one goes on."""
        self._table[_INIT_BEGAN] = self._table[_LOAD_ENDED]

    def request_began(self) -> None:
        """Note that a request is in ``run()``."""
        table = self._table
        with self._lock:
            running = table[_RUNNING]
            table[_RUNNING] = running + 1
            if not running:
                table[_RUNNING_SINCE] = time.time_ns()

    def request_ended(self, seconds: float, *, has_failed: bool) -> None:
        """Count a request that is over."""
        table, bucket = self._table, _bucket(int(seconds * 1e6))
        with self._lock:
            table[bucket] += 1
            table[_REQUESTS] += 1
            table[_RUNNING] -= 1
            if has_failed:
                table[_FAILURES] += 1


@dataclass(frozen=True)
class Seen:
    """What is read of a worker's figures; times are ``time.time_ns()``, 0 or None if unknown.

    Attributes:
        load_ended: when the script that serves was loaded; 0 while the first is being loaded.
        init_began: when ``init()`` was called the last time.
        read_before: what the process had read from files by then.
        bytes_read: what ``init()`` has read.
        running: how many requests are in ``run()``.
        running_since: when the oldest of them came there.
        buckets: how many requests took how long; see ``percentile``.

    """

    load_began: int
    load_ended: int
    init_began: int
    init_ns: int
    read_before: int | None
    bytes_read: int | None
    running: int
    running_since: int
    requests: int
    failures: int
    buckets: tuple[int, ...]


def read_figures(file: Path) -> Seen | None:
    """Return what a worker has written, None when there is nothing that this version can read."""
    try:
        table = memoryview(file.read_bytes()).cast("q")
    except (OSError, TypeError):
        return None
    if table.nbytes != _BYTES or table[_LAYOUT] != _LAYOUT_NUMBER:
        return None
    return Seen(
        load_began=table[_LOAD_BEGAN],
        load_ended=table[_LOAD_ENDED],
        init_began=table[_INIT_BEGAN],
        init_ns=table[_INIT_NS],
        read_before=_known(table[_READ_BEFORE]),
        bytes_read=_known(table[_READ]),
        running=table[_RUNNING],
        running_since=table[_RUNNING_SINCE],
        requests=table[_REQUESTS],
        failures=table[_FAILURES],
        buckets=tuple(table[_FIRST_BUCKET:]),
    )


def percentile(buckets: Sequence[int], share: float) -> float | None:
    """Return within how many milliseconds that share of the requests was done."""
    total = sum(buckets)
    rank = max(1, -(-total * share // 1))
    seen = 0
    for number, count in enumerate(buckets):
        seen += count
        if count and seen >= rank:
            return _middle(number) / 1000
    return None


def bytes_read_by(process: int | str, unknown: int) -> int:
    """Return what a process has read from files and pipes so far, as far as the system tells."""
    with contextlib.suppress(OSError, ValueError):
        first = Path(f"/proc/{process}/io").read_text().split("\n", 1)[0]
        return int(first.removeprefix("rchar: "))
    return unknown


def _bucket(microseconds: int) -> int:
    if microseconds < _STEPS:
        return _FIRST_BUCKET + max(0, microseconds)
    doubling = microseconds.bit_length() - _STEP_BITS - 1
    number = doubling * _STEPS + (microseconds >> doubling)
    return _FIRST_BUCKET + min(number, _BUCKETS - 1)


def _middle(number: int) -> float:
    if number < _STEPS:
        return number + 0.5
    doubling = number // _STEPS - 1
    return (number - doubling * _STEPS + 0.5) * (1 << doubling)


def _known(number: int) -> int | None:
    return None if number <= _UNKNOWN else number


def _map(file: Path | None) -> mmap.mmap:
    if file is not None:
        with contextlib.suppress(OSError):
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            try:
                if os.fstat(descriptor).st_size != _BYTES:
                    os.ftruncate(descriptor, 0)
                    # Written and not only made longer: a full disk is noticed here, and not by a
                    # signal that ends the process when it counts.
                    os.write(descriptor, bytes(_BYTES))
                return mmap.mmap(descriptor, _BYTES)
            finally:
                os.close(descriptor)
    return mmap.mmap(-1, _BYTES)
