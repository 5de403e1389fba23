"""What is wrong with the files of a deployment, each with the place where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A place in a file; lines and columns count from 1.

    Attributes:
        file: the file, as the user named it.
        line: None if the whole file is meant.
        column: likewise.
        key: the way to the value, such as ``request_settings.request_timeout_ms``.

    """

    file: Path
    line: int | None = None
    column: int | None = None
    key: str = ""

    def __str__(self) -> str:
        return str(self.file) if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One thing that has to be mended before the deployment can run."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class DeploymentFileError(Exception):
    """The files of a deployment are not right. Holds every problem of them, in their order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Report:
    """Gathers what is to be said of the files while they are read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def problem(self, place: Place, message: str) -> None:
        """Keep something that has to be mended."""
        found = Problem(place, message)
        if found not in self.problems:
            self.problems.append(found)

    def note(self, place: Place, message: str) -> None:
        """Keep something that is worth knowing and stops nothing."""
        text = f"{place}: {message}"
        if text not in self.notes:
            self.notes.append(text)
