"""What one call of ``run()`` gets, and what has come of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """What the items of the input are."""

    FILES = "files"
    """Paths, for ``run(mini_batch)``."""
    ROWS = "rows"
    """Rows of tables, for ``run(input_data, mini_batch_context)``: a pandas DataFrame."""
    REQUESTS = "requests"
    """Bodies of requests, for the ``run()`` of an online entry script."""


@dataclass(frozen=True)
class Part:
    """Some whole records of a text file.

    Attributes:
        file: its path.
        header: how many bytes at the file's start belong to every part: a table's first line.
        offset: where the records begin, in bytes.
        length: how many bytes they are.

    """

    file: str
    header: int
    offset: int
    length: int


@dataclass(frozen=True)
class MiniBatch:
    """The items of one call.

    Attributes:
        index: its place among the mini batches, from 0.
        first: the place of its first item in the whole input, from 0.
        items: how many there are.
        files: the items' paths; empty when they are records.
        part: where the records are; None when the items are files.

    """

    index: int
    first: int
    items: int
    files: tuple[str, ...] = ()
    part: Part | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what ``from_json`` understands."""
        # Not asdict(), which copies each path: this is done for every mini batch.
        return {**vars(self), "part": asdict(self.part) if self.part else None}

    @classmethod
    def from_json(cls, members: dict[str, Any]) -> MiniBatch:
        """Return the mini batch that was sent."""
        part = members["part"]
        files = tuple(members["files"])
        return cls(**{**members, "files": files, "part": Part(**part) if part else None})

    def names(self) -> list[str]:
        """Return the items' names for people."""
        if self.part is None:
            return list(self.files)
        return [f"{self.part.file}, records {self.first + 1} to {self.first + self.items}"]


@dataclass(frozen=True)
class Outcome:
    """What has come of a mini batch.

    Attributes:
        index: its place.
        items: how many items it had.
        rows: how many results there are.
        failed: how many items count as failed: those without a result.
        text: the lines for the output file, each with its line end.
        tries: how often it was tried.
        error: why there is no result at all; None if there is one.

    """

    index: int
    items: int
    rows: int = 0
    failed: int = 0
    text: str = ""
    tries: int = 1
    error: str | None = None

    @property
    def is_failed(self) -> bool:
        """Whether it counts as a failed mini batch: as published, also with too few results."""
        return self.error is not None or self.failed > 0
