"""The text of a script: its lines, and the way from Python's positions to ours."""

from __future__ import annotations

import ast
import re

from azmlinfsrv.analysis.findings import Position, Range

# str.splitlines() would also split at form feeds and the like, which are no line ends for Python
# and the Language Server Protocol.
_LINE_END = re.compile(r"\r\n|\r|\n")


class Source:
    """A script's text by lines.

    Attributes:
        text: the text as it was given.
        lines: the text of each line, without its end.

    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _LINE_END.split(text)
        ends = _LINE_END.search(text)
        self.newline = ends.group() if ends else "\n"

    def line(self, number: int) -> str:
        """Return the text of a line; empty beyond the last one."""
        return self.lines[number] if 0 <= number < len(self.lines) else ""

    def position(self, lineno: int, utf8_column: int) -> Position:
        """Return the place that ``ast`` calls so: lines from 1, columns in bytes of UTF-8."""
        line = self.line(lineno - 1)
        if line.isascii():
            return Position(lineno - 1, min(utf8_column, len(line)))
        before = line.encode("utf-8", "surrogatepass")[:utf8_column]
        return Position(lineno - 1, len(before.decode("utf-8", "ignore")))

    def range_of(self, node: ast.AST) -> Range:
        """Return the range of an expression or a statement."""
        lineno: int = getattr(node, "lineno", 1)
        column: int = getattr(node, "col_offset", 0)
        end_lineno: int | None = getattr(node, "end_lineno", None)
        end_column: int | None = getattr(node, "end_col_offset", None)
        start = self.position(lineno, column)
        if end_lineno is None or end_column is None:
            return Range(start, start)
        return Range(start, self.position(end_lineno, end_column))

    def name_range(
        self, definition: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> Range:
        """Return the range of a definition's name."""
        start = self.position(definition.lineno, definition.col_offset)
        line = self.line(start.line)
        found = re.compile(rf"\b{re.escape(definition.name)}\b").search(line, start.column)
        if not found:
            return self.line_range(start.line)
        return Range(Position(start.line, found.start()), Position(start.line, found.end()))

    def line_range(self, number: int) -> Range:
        """Return the range of a line's text, without its indentation."""
        line = self.line(number)
        end = len(line.rstrip())
        return Range(
            Position(number, min(len(line) - len(line.lstrip()), end)), Position(number, end)
        )

    @property
    def end(self) -> Position:
        """The place behind the last character."""
        return Position(len(self.lines) - 1, len(self.lines[-1]))

    def text_of(self, range_: Range) -> str:
        """Return the text of a range; its lines are joined by a line feed."""
        (first, start), (last, end) = range_
        if first == last:
            return self.line(first)[start:end]
        middle = self.lines[first + 1 : last]
        return "\n".join([self.line(first)[start:], *middle, self.line(last)[:end]])

    def node_text(self, node: ast.AST) -> str:
        """Return the text of an expression or a statement."""
        return self.text_of(self.range_of(node))


def apply_edits(text: str, edits: list[tuple[Range, str]]) -> str:
    """Return the text with the edits made; none of them may overlap another."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def offset(place: Position) -> int:
        return starts[place.line] + place.column if place.line < len(starts) else len(text)

    for (start, end), new in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[: offset(start)] + new + text[offset(end) :]
    return text
