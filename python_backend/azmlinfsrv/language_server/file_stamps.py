"""Whether files have changed since they were looked at.

File watchers tell the editor when to ask again; whether an answer still holds is looked up each
time, for not every client can watch files, and none of them says everything in time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, int, int] | None


def stamp(path: str | Path) -> Stamp:
    """Return what changes with a file or a folder; None if it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116 - some 10 of them for each keystroke
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def stamps(paths: Iterable[str | Path]) -> dict[str, Stamp]:
    """Return the stamps of several files."""
    return {str(path): stamp(path) for path in paths}


def are_current(seen: dict[str, Stamp]) -> bool:
    """Return whether nothing of it has changed."""
    return all(stamp(path) == before for path, before in seen.items())
