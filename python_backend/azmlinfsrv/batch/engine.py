"""What runs mini batches: workers of this machine, this process itself, or a Ray cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from azmlinfsrv.batch.mini_batch import MiniBatch, Outcome


class Engine(Protocol):
    """Within a ``with`` statement: at its end nothing of it runs any more."""

    def __enter__(self) -> Engine: ...

    def __exit__(self, *_: object) -> None: ...

    def outcomes(self, mini_batches: Sequence[MiniBatch]) -> Iterator[Outcome]:
        """Yield what comes of each, in any order.

        Raises:
            ScriptFailedError: the script cannot be loaded, or its ``init()`` fails.

        """
        ...
