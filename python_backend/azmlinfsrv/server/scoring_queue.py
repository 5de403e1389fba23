"""The threads that run the entry script: the main one, in which ``init()`` ran, and others."""

from __future__ import annotations

import contextlib
import queue
import sys
from collections.abc import Callable

from azmlinfsrv.debugging.debuggee import follow_debugger

# A wait without a limit cannot be ended by Ctrl+C on Windows.
_WAIT = 0.5 if sys.platform == "win32" else None

Job = Callable[[], None]


class ScoringQueue:
    """Takes jobs from any thread and does them in those that call ``work()``."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def submit(self, job: Job) -> None:
        """Have a job done after those that wait already. A job must not raise."""
        self._jobs.put(job)

    def take_back(self) -> list[Job]:
        """Return the jobs that nobody has begun, which are not done any more."""
        jobs = []
        is_closed = False
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                is_closed = is_closed or job is None
                jobs.append(job)
        if is_closed:
            self.close()
        return [job for job in jobs if job]

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
                # For the other threads.
                self._jobs.put(None)
                return
            follow_debugger()
            job()
