"""A folder's content as an indented tree, for the log."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_LINES = 200
_INDENT = "    "


def folder_tree(folder: Path) -> list[str]:
    """Return lines with the names below ``folder``, sorted; folders end in ``/``. At most 200."""
    lines = list(islice(_lines(folder, 0), _LINES + 1))
    if len(lines) > _LINES:
        lines[_LINES:] = ["…"]
    return lines


def _lines(folder: Path, depth: int) -> Iterator[str]:
    yield f"{_INDENT * depth}{folder.name}/"
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield f"{_INDENT * (depth + 1)}({error.strerror})"
        return
    for entry in entries:
        # A link to a folder is not entered: it could lead back up.
        if entry.is_dir() and not entry.is_symlink():
            yield from _lines(entry, depth + 1)
        else:
            yield f"{_INDENT * (depth + 1)}{entry.name}"
