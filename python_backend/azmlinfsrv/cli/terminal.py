"""Colours and widths of a terminal."""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import TextIO

_TAB = "    "


def wants_colour(stream: TextIO | None) -> bool:
    """Return whether a stream shows colours: NO_COLOR and FORCE_COLOR decide, else a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced != "0"
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return False
    # The old console of Windows shows the codes themselves.
    return sys.platform != "win32" or bool({"WT_SESSION", "TERM"} & os.environ.keys())


class Paint:
    """Colours text, or leaves it as it is."""

    def __init__(self, *, is_on: bool) -> None:
        self.is_on = is_on

    def bold(self, text: str) -> str:
        """Return bold text."""
        return self._in("1", text)

    def dim(self, text: str) -> str:
        """Return text that stands back."""
        return self._in("2", text)

    def red(self, text: str) -> str:
        """Return text for an error."""
        return self._in("1;31", text)

    def yellow(self, text: str) -> str:
        """Return text for a warning."""
        return self._in("1;33", text)

    def blue(self, text: str) -> str:
        """Return text for information."""
        return self._in("1;34", text)

    def green(self, text: str) -> str:
        """Return text for what goes in."""
        return self._in("32", text)

    def _in(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.is_on and text else text


def plain(text: str) -> str:
    """Return text that moves no cursor: tabs as blanks, other control characters as a sign.

    It is the user's source, and may hold an escape sequence.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character == "\t":
        return _TAB
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes, after ``plain``."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
