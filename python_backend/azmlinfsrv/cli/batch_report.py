"""How far a batch run is, and what has come of it."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

from azmlinfsrv.batch.accounting import Accounts
from azmlinfsrv.batch.journal import SUFFIX
from azmlinfsrv.batch.mini_batch import Kind
from azmlinfsrv.batch.run import Job
from azmlinfsrv.cli.profiling.progress import Progress as Bar

_REDRAW_SECONDS = 0.1
_MINUTE = 60


class Progress:
    """A bar on a terminal, and nothing anywhere else.

    Args:
        accounts: what is shown.
        kind: what the items are called.

    """

    def __init__(self, accounts: Accounts, kind: Kind) -> None:
        self._accounts = accounts
        self._kind = kind
        self._bar = Bar.on_standard_error("auto")
        self._started = time.monotonic()
        self._next = 0.0
        self._earlier: int | None = None
        self._lock = threading.Lock()
        self.is_shown = sys.stderr is not None and sys.stderr.isatty()

    def update(self) -> None:
        """Show how far it is, if that has not been shown just before."""
        now = time.monotonic()
        accounts = self._accounts
        if self._earlier is None:
            self._started, self._earlier = now, accounts.done_items
        if now < self._next:
            return
        self._next = now + _REDRAW_SECONDS
        what = f"{accounts.done_items:,} of {accounts.items:,} {self._kind.value}"
        if accounts.failed_items:
            what += f", {accounts.failed_items:,} failed"
        scored = accounts.done_items - self._earlier
        if scored:
            rate = scored / max(now - self._started, 1e-9)
            left = (accounts.items - accounts.done_items) / rate
            what += f", {rate:,.0f}/s, {_duration(left)} left"
        with self._lock:
            self._bar.tell(accounts.done_items / accounts.items, what)

    def clear(self) -> None:
        """Take it away, for something else is written."""
        with self._lock:
            self._bar.done()
        self._next = 0.0

    def write(self, line: bytes) -> None:
        """Write what the script prints in the bar's place, which comes back with the next result.

        Called in threads of the workers' own.
        """
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._bar.done()
            sys.stderr.write(line.decode(errors="replace"))
            sys.stderr.flush()


def summary(
    accounts: Accounts,
    job: Job,
    options: argparse.Namespace,
    seconds: float,
    was_interrupted: bool,
) -> dict[str, Any]:
    """Return the figures for programs."""
    if was_interrupted:
        state = "interrupted"
    else:
        state = "completed" if accounts.excess is None else "aborted"
    is_done = state == "completed"
    journal = job.output.with_name(job.output.name + SUFFIX)
    return {
        "state": state,
        "reason": accounts.excess,
        "engine": "inline" if options.debug else options.engine,
        "output": str(job.output) if job.keeps_rows and is_done else None,
        "outputFolder": str(job.output.parent),
        "journal": str(journal) if journal.exists() else None,
        "items": accounts.items,
        "doneItems": accounts.done_items,
        "failedItems": accounts.failed_items,
        "miniBatches": len(job.plan.mini_batches),
        "doneMiniBatches": accounts.done_mini_batches,
        "failedMiniBatches": accounts.failed_mini_batches,
        "resumedMiniBatches": accounts.resumed_mini_batches,
        "retries": accounts.retries,
        "rows": accounts.rows,
        "seconds": round(seconds, 3),
        "errors": accounts.errors,
    }


def told(members: dict[str, Any], kind: Kind) -> Iterator[str]:
    """Yield the summary in words."""
    scored = members["doneItems"] - members["failedItems"]
    yield (
        f"{members['state']}: {scored:,} of {members['items']:,} {kind.value} scored, "
        f"{members['failedItems']:,} failed, {_duration(members['seconds'])}"
    )
    if members["resumedMiniBatches"]:
        yield (
            f"{members['resumedMiniBatches']:,} of {members['miniBatches']:,} mini batches had "
            "been scored before"
        )
    if members["retries"]:
        yield f"{members['retries']:,} {'retry' if members['retries'] == 1 else 'retries'}"
    if members["reason"]:
        yield f"ended early: {members['reason']}"
    if members["output"]:
        yield f"written: {members['output']}"
    if members["journal"]:
        yield (
            f"What is scored is kept in {members['journal']}: give the same command again to go on."
        )


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes}:{rest:02d} min"
