"""What has been scored, beside the output: written as it comes, read when a run is resumed.

The journal is the truth while a run goes on: one JSON line for each mini batch, its results among
them. The output is made of it at the end, in the order of the input, and appears as a whole.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from azmlinfsrv.batch.errors import BatchError, OutputExistsError
from azmlinfsrv.batch.mini_batch import Outcome

SUFFIX = ".journal"
_FORMAT = "azmlinfsrv batch 1"
# What a failure of power may cost; a killed process loses nothing.
_SYNC_SECONDS = 0.5


class Journal:
    """The record of one run. Within a ``with`` statement: others are kept out meanwhile.

    Args:
        path: where it is.

    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[int, tuple[int, int]] = {}
        self._file: io.BufferedRandom | None = None
        self._synced = 0.0
        self._is_new = False

    def __enter__(self) -> Journal:
        try:
            # Not "w": what is there is somebody's work.
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise BatchError(f"{self.path} cannot be written: {error.strerror}.") from error
        self._file = os.fdopen(descriptor, "r+b")
        try:
            _lock(descriptor)
        except OSError as error:
            self._file.close()
            raise OutputExistsError(
                f"{self.path} is in use: another run writes it just now."
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._sync()
            self._file.close()

    def begin(self, identity: dict[str, str], *, anew: bool) -> list[Outcome]:
        """Go on where the last run of this identity ended; returns what it has scored.

        Args:
            identity: see ``Plan``.
            anew: whether to forget whatever is there.

        Raises:
            OutputExistsError: it is the journal of another run, or damaged.
            BatchError: it cannot be written.

        """
        if anew:
            self._open.truncate(0)
        outcomes = self._read(identity)
        if self._open.seek(0, os.SEEK_END) == 0:
            self._is_new = True
            self._write({"format": _FORMAT, "identity": identity})
        return outcomes

    def add(self, outcome: Outcome) -> None:
        """Keep what has come of a mini batch.

        Raises:
            BatchError: it cannot be written.

        """
        self._places[outcome.index] = self._write(vars(outcome))
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self._sync()

    def texts(self) -> Iterator[str]:
        """Yield the lines for the output, in the order of the input."""
        for _, (offset, length) in sorted(self._places.items()):
            self._open.seek(offset)
            yield str(json.loads(self._open.read(length))["text"])

    def remove_if_useless(self) -> None:
        """Remove it if this run has begun it and kept nothing in it."""
        if self._is_new and not self._places:
            self.remove()

    def remove(self) -> None:
        """Remove it: the run is complete."""
        if sys.platform == "win32":
            # Nothing that is open can be removed there.
            self._open.close()
        self.path.unlink(missing_ok=True)

    @property
    def _open(self) -> io.BufferedRandom:
        assert self._file is not None  # noqa: S101 - used within the with statement only
        return self._file

    def _read(self, identity: dict[str, str]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        self._open.seek(0)
        end = 0
        for number, line in enumerate(self._open, 1):
            if not line.endswith(b"\n"):
                # The last one, of a process that was killed while it wrote.
                break
            try:
                members = json.loads(line)
                if number == 1:
                    self._check(members, identity)
                else:
                    outcome = Outcome(**members)
                    outcomes[outcome.index] = outcome
                    self._places[outcome.index] = (end, len(line))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise OutputExistsError(
                    f"{self.path}, line {number}, is not what a run has written. --force begins "
                    "anew."
                ) from error
            end += len(line)
        self._open.truncate(end)
        return list(outcomes.values())

    def _check(self, members: dict[str, Any], identity: dict[str, str]) -> None:
        if members["format"] != _FORMAT:
            raise ValueError(members["format"])
        before = members["identity"]
        changed = [name for name, value in identity.items() if before.get(name) != value]
        if changed:
            raise OutputExistsError(
                f"{self.path} belongs to a run that was not finished, and since then "
                f"{' and '.join(changed)} changed. Run it as it was to go on, name another "
                "--output, or begin anew with --force."
            )

    def _write(self, members: dict[str, Any]) -> tuple[int, int]:
        # ASCII: names that are no UTF-8 survive as escapes.
        line = json.dumps(members).encode("ascii") + b"\n"
        try:
            offset = self._open.seek(0, os.SEEK_END)
            self._open.write(line)
            self._open.flush()
        except OSError as error:
            raise BatchError(f"{self.path} cannot be written: {error.strerror}.") from error
        return offset, len(line)

    def _sync(self) -> None:
        os.fsync(self._open.fileno())
        self._synced = time.monotonic()


def write_output(journal: Journal, output: Path) -> None:
    """Make the output of the journal: it is there as a whole or not at all.

    Raises:
        BatchError: it cannot be written; the journal stays.

    """
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            for text in journal.texts():
                file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(output)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise BatchError(
            f"{output} cannot be written: {error.strerror}. The results are kept in "
            f"{journal.path}: run the same command again."
        ) from error


def _lock(descriptor: int) -> None:
    """Lock an open file until it is closed, or its process ends.

    filelock would leave one more file beside the output.

    Raises:
        OSError: another process holds it.

    """
    if sys.platform == "win32":
        import msvcrt

        # A byte that is never written: locked ones cannot be read there.
        os.lseek(descriptor, 1 << 40, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
