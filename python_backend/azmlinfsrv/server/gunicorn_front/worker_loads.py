"""How busy each worker is, in memory that all of them share."""

from __future__ import annotations

import mmap
from dataclasses import dataclass

_NOBODY = 0xFF
_RETIRED = 2
_MOST = 0xFE
_BYTES = 3


@dataclass(frozen=True, order=True)
class Load:
    """A worker's load; the smaller one is to take the next connection."""

    pending: int
    connections: int


class WorkerLoads:
    """A table with a row for each worker: whether it has booted, and its load.

    Made by the master before it forks; every worker writes its own row only, one byte at a time,
    so no lock is needed.

    Args:
        rows: how many workers there can be at once.

    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._table = mmap.mmap(-1, rows * _BYTES)
        for row in range(rows):
            self.release(row)

    def free_rows(self) -> int:
        """Return how many more workers there is room for."""
        return sum(self._table[row * _BYTES] == _NOBODY for row in range(self._rows))

    def claim(self) -> int:
        """Return a free row, for a worker that is about to be forked."""
        row = next(r for r in range(self._rows) if self._table[r * _BYTES] == _NOBODY)
        self._table[row * _BYTES] = 0
        return row

    def release(self, row: int) -> None:
        """Free the row of a worker that has gone."""
        self._table[row * _BYTES : (row + 1) * _BYTES] = bytes([_NOBODY, 0, 0])

    def set_booted(self, row: int) -> None:
        """Note that a worker serves."""
        self._table[row * _BYTES] = 1

    def set_retired(self, row: int) -> None:
        """Note that others have taken over from a worker: it only finishes what it has begun."""
        self._table[row * _BYTES] = _RETIRED

    def is_retired(self, row: int) -> bool:
        """Return whether others have taken over from a worker."""
        return self._table[row * _BYTES] == _RETIRED

    def has_booted(self, row: int) -> bool:
        """Return whether a worker came as far as serving."""
        return self._table[row * _BYTES] == 1

    def set(self, row: int, load: Load) -> None:
        """Note a worker's load."""
        self._table[row * _BYTES + 1] = min(load.pending, _MOST)
        self._table[row * _BYTES + 2] = min(load.connections, _MOST)

    def lightest_of_others(self, row: int) -> Load | None:
        """Return the smallest load among the other workers that serve."""
        others = (r for r in range(self._rows) if r != row and self.has_booted(r))
        return min(
            (Load(self._table[r * _BYTES + 1], self._table[r * _BYTES + 2]) for r in others),
            default=None,
        )
