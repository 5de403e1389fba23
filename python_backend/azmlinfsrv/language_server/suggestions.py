"""What a completion needs to know, and what it says, without the protocol's many fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from lsprotocol import types

from azmlinfsrv.analysis.findings import Edit, Position, Range
from azmlinfsrv.analysis.script import Script
from azmlinfsrv.language_server.checker import Checked

_WORD = re.compile(r"\w*$")
_BLANK = re.compile(r"\s*\w{0,20}\s*")


@dataclass(frozen=True)
class Suggestion:
    """One completion.

    Attributes:
        label: what the list shows.
        kind: which picture it shows.
        range: the text in front of the cursor that it takes the place of.
        text: what is written.
        snippet: the same with places to fill in.
        replaced: the range with what follows the cursor, where that may be replaced as well.
        detail: a few words behind the label.
        documentation: what is shown beside the list.
        sort_text: its place in the list.
        filter_text: what is compared with the typed text.
        other_edits: an import for example.
        asks_again: whether there is more to be chosen behind it.

    """

    label: str
    kind: types.CompletionItemKind
    range: Range
    text: str
    snippet: str | None = None
    replaced: Range | None = None
    detail: str | None = None
    documentation: str | None = None
    sort_text: str | None = None
    filter_text: str | None = None
    other_edits: tuple[Edit, ...] = ()
    asks_again: bool = False


@dataclass(frozen=True)
class Suggestions:
    """A list of completions; incomplete if more typing brings others to light."""

    items: tuple[Suggestion, ...]
    is_incomplete: bool = False


class Cursor:
    """Where something is being typed.

    Attributes:
        checked: what is known of the document.
        position: the place.

    """

    def __init__(self, checked: Checked, position: Position) -> None:
        self.checked = checked
        self.position = position

    @property
    def script(self) -> Script:
        """The script as it stands."""
        if self.checked.script is None:
            raise ValueError("There is no script without an analysis.")
        return self.checked.script

    @cached_property
    def text(self) -> str:
        """The script's text, with one kind of line end."""
        return "\n".join(self.script.source.lines)

    @cached_property
    def offset(self) -> int:
        """How many characters of the text stand before the cursor."""
        before = self.script.source.lines[: self.position.line]
        return sum(len(line) + 1 for line in before) + self.position.column

    @property
    def is_in_blank_file(self) -> bool:
        """Whether there is at most one word."""
        return len(self.text) < 200 and _BLANK.fullmatch(self.text) is not None

    @property
    def word(self) -> Range:
        """The word that is being typed, up to the cursor."""
        line = self.script.source.line(self.position.line)[: self.position.column]
        found = _WORD.search(line)
        return self.back(len(found.group()) if found else 0)

    def back(self, characters: int) -> Range:
        """Return the range of some characters in front of the cursor."""
        line, column = self.position
        return Range(Position(line, column - characters), self.position)

    def ahead(self, range_: Range, characters: int) -> Range:
        """Return a range with some characters behind the cursor."""
        return Range(range_.start, Position(self.position.line, self.position.column + characters))
