"""Requirements as pip takes them, with the files that they name read in."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.deployment.formats.document import read_text
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Place, Report
from azmlinfsrv.deployment.formats.values import shortened

if TYPE_CHECKING:
    from packaging.requirements import Requirement

MAX_DEPTH = 20
# Hashes take room.
MAX_BYTES = 5_000_000
_FILE_OPTION = re.compile(r"(?:-r|--requirement)(?:\s+|=|(?<=-r))(?P<file>.+)")
_PATH_OPTION = re.compile(
    r"(?P<option>-c|--constraint|-e|--editable|-f|--find-links)(?:\s+|=|(?<=-[cef]))(?P<path>.+)"
)
_VCS = re.compile(r"(git|hg|svn|bzr)\+|(https?|file)://")
_OPTION_IN_LINE = re.compile(r"\s--?[a-z].*$")


class RequirementsReader:
    """Reads the requirements of one deployment, and each file that they name once."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._within: list[Path] = []
        self._read: set[Path] = set()

    def lines(self, line: str, place: Place) -> Iterator[str]:
        """Yield a line of a requirements file, or the lines of the file that it names.

        Args:
            line: the line.
            place: where it stands; paths in it start from that file's folder.

        """
        text = re.sub(r"(^|\s)#.*$", "", line).strip()
        folder = place.file.parent if place.file is not None else Path()
        if not text:
            return
        if (found := _FILE_OPTION.fullmatch(text)) and "://" not in text:
            yield from self._file(folder / found["file"].strip(), place)
        elif found := _PATH_OPTION.fullmatch(text):
            yield f"{found['option']} {_absolute(folder, found['path'].strip())}"
        elif text.startswith("-"):
            yield text
        elif is_path(text):
            if not _exists(folder / text):
                self._report.problem(place, f"{text} is not there. It would be installed by pip.")
            yield _absolute(folder, text)
        else:
            if _VCS.match(text) is None and bare_requirement(text) is None:
                self._report.problem(
                    place,
                    f'"{shortened(text)}" is no requirement of pip. Write name==version, or '
                    "name>=version.",
                )
            yield text

    def _file(self, named: Path, place: Place) -> Iterator[str]:
        file = Path(os.path.normpath(named.absolute()))
        if file in self._within:
            self._report.problem(place, f"{file.name} is read in by itself.")
        elif len(self._within) >= MAX_DEPTH:
            self._report.problem(place, f"Requirements files are read in {MAX_DEPTH} deep here.")
        elif file not in self._read:
            self._read.add(file)
            self._within.append(file)
            for text, number in _joined_lines(named, place, self._report):
                yield from self.lines(text, Place(named, number))
            self._within.pop()


def requirement_lines(line: str, place: Place, report: Report) -> Iterator[str]:
    """Yield a line of a requirements file that stands alone, or the lines of the file it names."""
    return RequirementsReader(report).lines(line, place)


def _joined_lines(file: Path, place: Place, report: Report) -> Iterator[tuple[str, int]]:
    """Yield the lines of a requirements file with their numbers, those that go on joined."""
    try:
        lines = read_text(file, "requirements file", MAX_BYTES).splitlines()
    except DeploymentFileError as error:
        for problem in error.problems:
            report.problem(place, f"{problem.place}: {problem.message}")
        return
    joined, start = "", 1
    for number, line in enumerate([*lines, ""], 1):
        if not joined:
            start = number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            joined += line[:-1] + " "
        else:
            yield joined + line, start
            joined = ""


def is_path(text: str) -> bool:
    """Whether a requirement is a file or folder to be installed."""
    if "://" in text:
        return False
    return text.startswith((".", "/", "~")) or text.endswith((".whl", ".tar.gz", ".zip"))


def bare_requirement(line: str) -> Requirement | None:
    """Return what a line asks for by name; None for an option, a path or a web address."""
    # It takes a while, and not every deployment names packages.
    from packaging.requirements import InvalidRequirement, Requirement

    if line.startswith("-") or is_path(line):
        return None
    try:
        return Requirement(_OPTION_IN_LINE.sub("", line))
    except InvalidRequirement:
        return None


def without_credentials(line: str) -> str:
    """Return a line without the passwords and tokens that its web addresses may hold."""
    return re.sub(r"(?<=://)[^/@\s]+@", "***@", line)


def _absolute(folder: Path, path: str) -> str:
    if "://" in path or not _exists(folder / path):
        return path
    return os.path.normpath((folder / path).absolute())


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
