"""The one bridge between our positions and the client's.

Ours count code points; a client counts bytes of UTF-8, units of UTF-16 or code points, as it was
agreed on when it connected. ``"😋x"`` is where they differ: ``x`` is at 1, 4, 2 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from azmlinfsrv.analysis.findings import Position, Range

UTF_8 = types.PositionEncodingKind.Utf8.value
UTF_16 = types.PositionEncodingKind.Utf16.value
UTF_32 = types.PositionEncodingKind.Utf32.value

_BYTE_ORDER_MARK = "\ufeff"


class Positions:
    """Converts the positions of one text.

    Attributes:
        lines: the text by lines, as the client has it: with a byte order mark, if there is one.

    """

    def __init__(self, lines: Sequence[str], encoding: str) -> None:
        self.lines = lines
        self._encoding = encoding
        # The analysis does not see a byte order mark; the client counts it.
        self._mark = 1 if lines and lines[0].startswith(_BYTE_ORDER_MARK) else 0

    def to_client(self, position: Position) -> types.Position:
        """Return what the client calls a position of ours."""
        number, column = position
        if number >= len(self.lines):
            return types.Position(number, column)
        line = self.lines[number]
        column += self._mark if number == 0 else 0
        return types.Position(number, self._units(line, column))

    def from_client(self, position: types.Position) -> Position:
        """Return what we call a position of the client's; the nearest one if it is outside."""
        if position.line >= len(self.lines):
            last = len(self.lines) - 1
            return Position(last, len(self.lines[last]) - (self._mark if last == 0 else 0))
        line = self.lines[position.line]
        column = self._column(line, position.character)
        mark = self._mark if position.line == 0 else 0
        return Position(position.line, max(column - mark, 0))

    def range_to_client(self, range_: Range) -> types.Range:
        """Return what the client calls a range of ours."""
        return types.Range(self.to_client(range_.start), self.to_client(range_.end))

    def range_from_client(self, range_: types.Range) -> Range:
        """Return what we call a range of the client's."""
        return Range(self.from_client(range_.start), self.from_client(range_.end))

    def _units(self, line: str, column: int) -> int:
        column = min(column, len(line))
        if self._encoding == UTF_32 or line.isascii():
            return column
        return _length(line[:column], self._encoding)

    def _column(self, line: str, units: int) -> int:
        if self._encoding == UTF_32 or line.isascii():
            return min(units, len(line))
        passed = 0
        for column, character in enumerate(line):
            passed += _length(character, self._encoding)
            # A place in the middle of a character is the place before it.
            if passed > units:
                return column
        return len(line)


def _length(text: str, encoding: str) -> int:
    if encoding == UTF_8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)
