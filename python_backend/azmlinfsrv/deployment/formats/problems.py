"""What is wrong with the files of a deployment, each with the place where it is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MAX_PROBLEMS = 100


@dataclass(frozen=True)
class Place:
    """A place in a file, or an option of the command; lines and columns count from 1.

    Attributes:
        file: the file, as the user named it; None for an option.
        line: None if the whole file is meant.
        column: likewise.
        key: the way to the value, such as ``request_settings.request_timeout_ms``; an option's
            name.

    """

    file: Path | None
    line: int | None = None
    column: int | None = None
    key: str = ""

    def __str__(self) -> str:
        if self.file is None:
            return self.key
        return str(self.file) if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One thing that has to be mended before the deployment can run."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class DeploymentFileError(Exception):
    """The files of a deployment are not right. Holds every problem of them, by file and line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        files = list(dict.fromkeys(problem.place.file for problem in problems))
        self.problems = tuple(
            sorted(
                problems,
                key=lambda problem: (
                    files.index(problem.place.file),
                    problem.place.line or 0,
                    problem.place.column or 0,
                ),
            )
        )
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[DeploymentFileError], tuple[Sequence[Problem]]]:
        return type(self), (self.problems,)


class Report:
    """Gathers what is to be said of the files while they are read: 100 of each kind at most."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing and stops nothing, in sentences."""
        return tuple(self._notes)

    @property
    def is_full(self) -> bool:
        """Whether no more problems are kept: whoever has 100 mends them first."""
        return len(self.problems) >= MAX_PROBLEMS

    def problem(self, place: Place, message: str) -> None:
        """Keep something that has to be mended."""
        found = Problem(place, one_line(message))
        if not self.is_full and found not in self.problems:
            self.problems.append(found)

    def note(self, place: Place, message: str) -> None:
        """Keep something that is worth knowing and stops nothing."""
        if len(self._notes) < MAX_PROBLEMS:
            self._notes[one_line(f"{place}: {message}")] = None

    def add(self, error: DeploymentFileError) -> None:
        """Keep what made a file unreadable."""
        for problem in error.problems:
            self.problem(problem.place, problem.message)


def one_line(message: str) -> str:
    """Return a message as one line that no terminal takes for a command.

    It quotes files, and those may come from anywhere.
    """
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in message
    )
