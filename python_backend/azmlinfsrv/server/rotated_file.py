"""A text file that several processes write to and that does not grow for ever."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

LIMIT = 800_000
"""Bytes after which a new file is begun; with the one before, less than 2 MB stay."""
_LONGEST_LINE = 1 << 16
# The system is asked for the size once for so many bytes: it costs as much as a small write.
_UNCHECKED = 1 << 14


class RotatedFile:
    """A stream for a logging handler: ``write()`` keeps, ``flush()`` writes at once what was kept.

    What is written together arrives together, whoever else writes. A process notices only by its
    own file's size that another one has begun the next: so a write costs no look at the folder.

    Nobody but this user can read the file. What cannot be written is lost: a full disk must not
    stop a server.
    """

    def __init__(self, file: Path, limit: int = LIMIT) -> None:
        self._file = file
        self._limit = limit
        self._descriptor: int | None = None
        self._texts: list[str] = []
        self._kept = 0
        self._unchecked = 0

    def write(self, text: str) -> int:
        """Keep a line until ``flush()``."""
        if len(text) > _LONGEST_LINE:
            text = f"{text[:_LONGEST_LINE]} … {len(text) - _LONGEST_LINE} more characters\n"
        self._texts.append(text)
        self._kept += len(text)
        if self._kept > _LONGEST_LINE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Write what was kept."""
        if not self._texts:
            return
        data = "".join(self._texts).encode("utf-8", "backslashreplace")
        self._texts.clear()
        self._kept = 0
        with contextlib.suppress(OSError):
            if self._descriptor is None:
                self._descriptor = self._open()
            os.write(self._descriptor, data)
            self._unchecked += len(data)
            if self._unchecked > _UNCHECKED:
                self._unchecked = 0
                if os.lseek(self._descriptor, 0, os.SEEK_CUR) > self._limit:
                    self._begin_next(self._descriptor)

    def _open(self) -> int:
        return os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _begin_next(self, old: int) -> None:
        with _alone_in(self._file.parent):
            is_last = _is_same(old, self._file)
            # Windows renames no file that this process holds open.
            os.close(old)
            self._descriptor = None
            if is_last:
                self._file.replace(self._file.with_name(f"{self._file.name}.1"))
            self._descriptor = self._open()


def _is_same(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes away. On Windows a server is one process."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
