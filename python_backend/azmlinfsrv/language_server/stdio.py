"""Messages on standard input and output, which nothing else may touch."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

_CONTENT_LENGTH = re.compile(rb"content-length\s*:\s*(\d+)\s*", re.IGNORECASE)
_CHUNK = 1 << 16
# A message of this size is none: whoever sent it does not speak LSP.
_MAX_LENGTH = 1 << 28


def take_over() -> tuple[int, int]:
    """Return descriptors of the client's two pipes.

    A ``print`` in whatever is imported, or in a process that is started, goes to standard error.
    """
    source, sink = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - no path
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(source, os.O_BINARY)
        msvcrt.setmode(sink, os.O_BINARY)
    return source, sink


def read_messages(source: int) -> Iterator[bytes]:
    """Yield the bodies of the messages until the client ends."""
    # Not through a BufferedReader: its lock would be held by a waiting thread when we exit.
    buffer = bytearray()
    length: int | None = None
    while True:
        while (end := buffer.find(b"\n")) < 0:
            if not _read_more(source, buffer):
                return
        header = bytes(buffer[:end]).strip()
        del buffer[: end + 1]
        if found := _CONTENT_LENGTH.fullmatch(header):
            length = int(found.group(1))
        elif not header and length is not None:
            if length > _MAX_LENGTH:
                return
            while len(buffer) < length:
                if not _read_more(source, buffer):
                    return
            body = bytes(buffer[:length])
            del buffer[:length]
            length = None
            yield body


def _read_more(source: int, buffer: bytearray) -> bool:
    try:
        chunk = os.read(source, _CHUNK)
    except OSError:
        return False
    buffer += chunk
    return bool(chunk)


class Writer:
    """The way to the client, as pygls wants it."""

    def __init__(self, sink: int) -> None:
        self._sink = sink

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._sink)

    def write(self, data: bytes) -> None:
        """Send a whole message."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._sink, rest) :]
