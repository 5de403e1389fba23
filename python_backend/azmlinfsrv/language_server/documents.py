"""The documents that the client has open, as it last sent them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types

from azmlinfsrv.analysis.source import Source, apply_edits
from azmlinfsrv.language_server.positions import Positions
from azmlinfsrv.language_server.uris import path_of


@dataclass
class Document:
    """One text, which never changes: an edit makes another.

    Attributes:
        uri: its address, as the client spells it.
        text: the text.
        version: the client's number for it; None for a file that is not open.
        encoding: how the client counts columns.
        edited_line: the first line in which it differs from the text before.
        language: what the client takes it for.
        memory: what the features have found out about it.

    """

    uri: str
    text: str
    version: int | None
    encoding: str
    edited_line: int | None = None
    language: str = "python"
    memory: dict[str, object] = field(default_factory=dict)

    @cached_property
    def file(self) -> Path | None:
        """Where it is on the disk; None if it is not saved anywhere."""
        return path_of(self.uri)

    @cached_property
    def path(self) -> Path:
        """Where it is, or a name for it."""
        return self.file or Path(unquote(self.uri).rpartition("/")[2].rpartition(":")[2] or "_.py")

    @property
    def is_python(self) -> bool:
        """Whether it is a Python file."""
        return self.language == "python" or self.path.suffix == ".py"

    @cached_property
    def source(self) -> Source:
        """Its lines, with the byte order mark."""
        return Source(self.text)

    @cached_property
    def positions(self) -> Positions:
        """The bridge to the client's positions."""
        return Positions(self.source.lines, self.encoding)

    def edited(self, changes: list[types.TextDocumentContentChangeEvent], version: int) -> Document:
        """Return the document after some changes."""
        text = self.text
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                # We ask for whole texts. Whoever sends parts all the same is understood.
                part = Document(self.uri, text, version, self.encoding)
                range_ = part.positions.range_from_client(change.range)
                mark = text[: text.startswith("\ufeff")]
                text = mark + apply_edits(text.removeprefix(mark), [(range_, change.text)])
            else:
                text = change.text
        edited = Document(self.uri, text, version, self.encoding, self.edited_line, self.language)
        if text != self.text:
            edited.edited_line = _first_difference(self.source.lines, edited.source.lines)
        return edited


class Documents:
    """The open documents, by their addresses."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}

    def put(self, document: Document) -> Document:
        """Remember a document as it is now."""
        key = _key(document.uri)
        if before := self._open.get(key):
            # What is remembered of the old text refers to it; nobody will look for such circles.
            before.memory.clear()
        self._open[key] = document
        return document

    def get(self, uri: str) -> Document | None:
        """Return an open document."""
        return self._open.get(_key(uri))

    def remove(self, uri: str) -> None:
        """Forget a document that was closed."""
        if document := self._open.pop(_key(uri), None):
            document.memory.clear()

    @property
    def all(self) -> list[Document]:
        """All of them."""
        return list(self._open.values())


def _key(uri: str) -> str:
    """Return what two spellings of one address have in common: editors quote differently."""
    return unquote(uri)


def _first_difference(before: list[str], after: list[str]) -> int:
    for number, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return number
    return min(len(before), len(after) - 1)
