"""Carries what a server writes, also what C libraries do, into a log that is rotated."""

from __future__ import annotations

import os
from pathlib import Path

from azmlinfsrv.server.rotated_file import RotatedFile
from azmlinfsrv.threads import start_hidden_thread

# As many bytes as a pipe holds: under load the lines of many requests are carried together.
_MOST_BYTES = 1 << 16


class LogPump:
    """A pipe whose end goes into a service's log.

    Args:
        file: the log.

    """

    def __init__(self, file: Path) -> None:
        self._reader, self.writer = os.pipe()
        self._log = RotatedFile(file)
        self._thread = start_hidden_thread("log", self._carry)

    def close_writer(self) -> None:
        """Leave the pipe to the server, with whose last process it ends."""
        os.close(self.writer)

    def finish(self, seconds: float) -> None:
        """Wait until everything is in the log, if its writers have ended."""
        self._thread.join(seconds)

    def _carry(self) -> None:
        rest = b""
        with open(self._reader, "rb", buffering=0) as pipe:  # noqa: PTH123 - a pipe
            while data := pipe.read(_MOST_BYTES):
                lines, newline, rest_of_data = (rest + data).rpartition(b"\n")
                rest = rest_of_data
                if newline:
                    self._write(lines + newline)
        if rest:
            self._write(rest + b"\n")

    def _write(self, data: bytes) -> None:
        self._log.write(data.decode("utf-8", "replace"))
        self._log.flush()
