"""What a value of a deployment file may be. Each kind reads a node, and says what it takes.

A value that is wrong is told to the report and read as None, so that all the mistakes of a file
are told at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.spelling import nearest

_LONGEST_SHOWN = 60
_SAFE_INTEGER = 1 << 62


class Value(Protocol):
    """A kind of value."""

    @property
    def words(self) -> str:
        """The kind in words: ``a whole number``."""

    def read(self, node: Node, report: Report, /) -> object:
        """Return the value of a node that is not null.

        Raises:
            RefusalError: it is of another kind.

        """


class RefusalError(Exception):
    """A value that a key does not take. Its text is advice: what to write; it may be empty."""


def read_value(kind: Value, node: Node, report: Report) -> object:
    """Return a value; None, and a problem in the report, if it is not of that kind."""
    try:
        return kind.read(node, report)
    except RefusalError as refusal:
        what = f"`{node.place.key}`" if node.place.key else "The file"
        advice = f" {refusal}" if str(refusal) else ""
        shown = "of another kind" if isinstance(kind, Text) and kind.secret else _shown(node)
        report.problem(node.place, f"{what} is {shown}; it takes {kind.words}.{advice}")
        return None


@dataclass(frozen=True)
class Text:
    """A text.

    Attributes:
        pattern: what it has to match as a whole.
        numbers: whether it may be written as a number, as a version is.
        secret: whether no message may show it.
        words: the kind in words.

    """

    pattern: str = ""
    numbers: bool = False
    secret: bool = False
    words: str = "a text"

    def read(self, node: Node, _report: Report) -> str:
        """Return the text."""
        if node.kind != "scalar":
            raise RefusalError
        is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
        if not isinstance(node.value, str) and not (self.numbers and is_number):
            raise RefusalError("" if self.secret else f'Write "{node.text}".')
        if not node.text.strip() or "\0" in node.text:
            raise RefusalError
        if re.fullmatch(r"<[^<>]+>", node.text):
            raise RefusalError("This is a placeholder: write your own in its place.")
        if self.pattern and not re.fullmatch(self.pattern, node.text):
            raise RefusalError
        return node.text


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds, which belong to it."""

    minimum: int | None = None
    maximum: int | None = None

    @property
    def words(self) -> str:
        """The kind in words."""
        return f"a whole number{_bounds(self.minimum, self.maximum)}"

    def read(self, node: Node, report: Report) -> int:
        """Return the number."""
        number = _number(node, report)
        if number != number // 1:
            raise RefusalError
        _refuse_outside(number, self.minimum, self.maximum)
        return int(number)


@dataclass(frozen=True)
class Number:
    """A number within bounds, which belong to it, or above one that does not."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None

    @property
    def words(self) -> str:
        """The kind in words."""
        if self.above is not None:
            return f"a number above {self.above:g}"
        return f"a number{_bounds(self.minimum, self.maximum)}"

    def read(self, node: Node, report: Report) -> float:
        """Return the number."""
        number = _number(node, report)
        _refuse_outside(number, self.minimum, self.maximum)
        if self.above is not None and number <= self.above:
            raise RefusalError
        return number


@dataclass(frozen=True)
class Flag:
    """True or false."""

    words: str = "true or false"

    def read(self, node: Node, report: Report) -> bool:
        """Return whether it is true."""
        if isinstance(node.value, bool):
            return node.value
        if node.kind != "scalar" or node.text.lower() not in ("true", "false"):
            raise RefusalError
        _note_quotes(node, report)
        return node.text.lower() == "true"


@dataclass(frozen=True)
class Choice:
    """One of a few texts, in any case of letters."""

    options: tuple[str, ...]

    @property
    def words(self) -> str:
        """The kind in words."""
        return " or ".join(filter(None, (", ".join(self.options[:-1]), self.options[-1])))

    def read(self, node: Node, _report: Report) -> str:
        """Return the option, as it is listed."""
        for option in self.options:
            if node.kind == "scalar" and node.text.lower() == option.lower():
                return option
        near = nearest(node.text, self.options)
        raise RefusalError(f"Did you mean {near}?" if near else "")


@dataclass(frozen=True)
class Converted:
    """A text that has a meaning of its own, such as ``500m``. ``convert`` raises ValueError."""

    convert: Callable[[str], object]
    words: str

    def read(self, node: Node, _report: Report) -> object:
        """Return what the text means."""
        if node.kind != "scalar" or isinstance(node.value, bool):
            raise RefusalError
        try:
            return self.convert(node.text)
        except ValueError:
            raise RefusalError from None


def shortened(text: str) -> str:
    """Return a text of the user's as a message shows it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _number(node: Node, report: Report) -> float:
    value = node.value
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value, re.ASCII):
        # Azure ML takes numbers in quotes.
        _note_quotes(node, report)
        value = float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusalError
    if not math.isfinite(value) or abs(value) > _SAFE_INTEGER:
        raise RefusalError
    return value


def _note_quotes(node: Node, report: Report) -> None:
    report.note(node.place, f'`{node.place.key}` is the text "{node.text}"; leave the quotes out.')


def _refuse_outside(number: float, minimum: float | None, maximum: float | None) -> None:
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        raise RefusalError


def _bounds(minimum: float | None, maximum: float | None) -> str:
    if minimum is not None and maximum is not None:
        return f" from {minimum} to {maximum}" if minimum != maximum else f", always {minimum}"
    if minimum is not None:
        return f" of {minimum} or more"
    return f" of {maximum} or less" if maximum is not None else ""


def _shown(node: Node) -> str:
    if node.kind != "scalar":
        return "a list" if node.kind == "list" else "a mapping"
    text = shortened(node.text)
    return f'"{text}"' if isinstance(node.value, str) else text or "nothing"
