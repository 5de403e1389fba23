"""``azmlinfsrv batch-worker``: one process of a batch run. For ``azmlinfsrv batch`` only."""

from __future__ import annotations

import sys
from collections.abc import Sequence

USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """Work as told on standard input; returns the exit status."""
    if arguments or sys.stdin.isatty():
        print("azmlinfsrv batch-worker is started by `azmlinfsrv batch`.", file=sys.stderr)
        return USAGE
    from azmlinfsrv.batch.worker import main as work

    return work()
