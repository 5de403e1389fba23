"""How much memory processes hold."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

_LOOKUP_SECONDS = 2
_KILOBYTE = 1024


def memory_of(pids: Collection[int]) -> int | None:
    """Return the resident bytes of processes together; None where the system does not tell."""
    if sys.platform == "linux":
        return sum(map(_from_proc, pids)) or None
    if sys.platform == "win32":
        return None
    return _from_ps(pids)


def _from_proc(pid: int) -> int:
    # One that has just ended holds nothing.
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0


def _from_ps(pids: Collection[int]) -> int | None:
    program = shutil.which("ps")
    if program is None:
        return None
    shown = subprocess.run(  # noqa: S603 - a fixed system tool with our own arguments
        [program, "-o", "rss=", "-p", ",".join(map(str, pids))],
        capture_output=True,
        text=True,
        timeout=_LOOKUP_SECONDS,
        check=False,
    ).stdout.split()
    return sum(map(int, shown)) * _KILOBYTE or None
