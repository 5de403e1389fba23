"""How far a profile is: a bar on a terminal, or lines of JSON for a program.

A library (tqdm, rich) would be one more to bundle for one line that is written over and over.
"""

from __future__ import annotations

import json
import sys
from typing import TextIO

_WIDTH = 24
_FULL, _EMPTY = "█░"
_CLEAR = "\r\033[2K"


class Progress:
    """Tells of parts of which each has a share of the whole.

    Args:
        stream: where to write.
        shows: "bar", "json", or "none".

    """

    def __init__(self, stream: TextIO, shows: str) -> None:
        self._stream = stream
        self._shows = shows
        self._last: tuple[int, str] | None = None

    @classmethod
    def on_standard_error(cls, wanted: str) -> Progress:
        """Return a bar only where somebody looks at it ("auto"), or what is wanted."""
        stream = sys.stderr
        if wanted == "auto":
            wanted = "bar" if stream is not None and stream.isatty() else "none"
        return cls(stream, wanted)

    def tell(self, share: float, what: str) -> None:
        """Tell that a share (0 to 1) is done, and what is being done."""
        percent = min(100, max(0, int(share * 100)))
        if (percent, what) == self._last:
            return
        self._last = percent, what
        if self._shows == "json":
            self._write(json.dumps({"percent": percent, "message": what}) + "\n")
        elif self._shows == "bar":
            full = percent * _WIDTH // 100
            bar = self._signs(_FULL, "#") * full + self._signs(_EMPTY, "-") * (_WIDTH - full)
            self._write(f"{_CLEAR}{bar} {percent:3d} %  {what}")

    def done(self) -> None:
        """Take the bar away."""
        if self._shows == "bar" and self._last is not None:
            self._write(_CLEAR)
        self._last = None

    def _signs(self, sign: str, plain: str) -> str:
        return sign if can_show(self._stream, sign) else plain

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            # Whoever looked has gone; the figures are still wanted.
            self._shows = "none"


def can_show(stream: TextIO, text: str) -> bool:
    """Return whether a stream's encoding has these characters."""
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeError, LookupError):
        return False
    return True
