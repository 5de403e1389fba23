"""What the analysis has to say: a finding, where it is, and what would mend it.

Lines and columns count from 0, columns in code points of the line. The language server and the
command line turn them into what their readers count.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Severity(str, Enum):
    """What a finding means for whoever calls the endpoint."""

    ERROR = "error"
    """The server refuses to start, or every request fails."""
    WARNING = "warning"
    """Some requests fail, or answers are silently wrong."""
    INFORMATION = "information"
    """Advice."""


class Tag(str, Enum):
    """How an editor may draw the range besides underlining it."""

    UNNECESSARY = "unnecessary"
    DEPRECATED = "deprecated"


class Position(NamedTuple):
    """A place between two characters."""

    line: int
    column: int


class Range(NamedTuple):
    """From the first place up to, and without, the second."""

    start: Position
    end: Position


@dataclass(frozen=True)
class Edit:
    """Text that takes the place of a range."""

    range: Range
    text: str


@dataclass(frozen=True)
class Fix:
    """Edits that belong together.

    Attributes:
        title: what they do, in the imperative.
        edits: none overlaps another.
        is_safe: the finding goes and the script's meaning cannot suffer, so that "fix all" may
            apply it.

    """

    title: str
    edits: tuple[Edit, ...]
    is_safe: bool = False


@dataclass(frozen=True)
class Related:
    """Another place that belongs to a finding, and why."""

    range: Range
    message: str


@dataclass(frozen=True)
class Finding:
    """One mistake, or one piece of advice.

    Attributes:
        code: the rule's code, which keeps its meaning: "AML201".
        rule: the rule's name: "schema-name-not-a-parameter".
        severity: see `Severity`.
        message: what will happen, and what to write instead.
        range: the text to underline.
        fixes: the best one first.
        related: other places.
        tags: see `Tag`.

    """

    code: str
    rule: str
    severity: Severity
    message: str
    range: Range
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    tags: tuple[Tag, ...] = ()
