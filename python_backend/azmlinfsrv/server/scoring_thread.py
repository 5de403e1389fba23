"""The one thread that runs the entry script: the main one, in which ``init()`` ran, too."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable

# A wait without a limit cannot be ended by Ctrl+C on Windows.
_WAIT = 0.5 if sys.platform == "win32" else None

Job = Callable[[], None]


class ScoringThread:
    """Takes jobs from any thread and does them in the one that calls ``work()``."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def submit(self, job: Job) -> None:
        """Have a job done after those that wait already. A job must not raise."""
        self._jobs.put(job)

    def close(self) -> None:
        """Let ``work()`` return when the jobs that wait are done."""
        self._jobs.put(None)

    def work(self) -> None:
        """Do jobs until ``close()``."""
        while True:
            try:
                job = self._jobs.get(timeout=_WAIT)
            except queue.Empty:
                continue
            if job is None:
                return
            job()
