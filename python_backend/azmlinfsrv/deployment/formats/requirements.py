"""Requirements as pip takes them, with the files that they name read in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from azmlinfsrv.deployment.formats.document import read_text
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Place, Report

MAX_LINES = 5_000
_FILE_OPTION = re.compile(r"(?:-r|--requirement)(?:\s+|=|(?<=-r))(?P<file>.+)")
_PATH_OPTION = re.compile(
    r"(?P<option>-c|--constraint|-e|--editable|-f|--find-links)(?:\s+|=|(?<=-[cef]))(?P<path>.+)"
)
_OPTION_IN_LINE = re.compile(r"\s--?[a-z].*$")


def requirement_lines(
    line: str, place: Place, report: Report, within: tuple[Path, ...] = ()
) -> Iterator[str]:
    """Yield a line of a requirements file, or the lines of the file that it names.

    Args:
        line: the line.
        place: where it stands; paths in it start from that file's folder.
        report: is told of what pip would refuse.
        within: the requirements files that have led here.

    """
    text = _without_comment(line)
    folder = place.file.parent if place.file is not None else Path()
    if not text:
        return
    if found := _FILE_OPTION.fullmatch(text):
        yield from _lines_of(folder / found["file"].strip(), place, report, within)
    elif found := _PATH_OPTION.fullmatch(text):
        yield f"{found['option']} {_absolute(folder, found['path'].strip())}"
    elif text.startswith("-"):
        yield text
    elif is_path(text):
        path = folder / text
        if not path.exists():
            report.problem(place, f"{text} is not there. It would be installed by pip.")
        yield _absolute(folder, text)
    else:
        if "://" not in text or "@" in text.split("://")[0]:
            _check(text, place, report)
        yield text


def is_path(text: str) -> bool:
    """Whether a requirement is a file or folder to be installed."""
    return text.startswith((".", "/", "~")) or text.endswith((".whl", ".tar.gz", ".zip"))


def bare_requirement(line: str) -> Requirement | None:
    """Return what a line asks for by name; None for an option, a path or a web address."""
    if line.startswith("-") or is_path(line):
        return None
    try:
        return Requirement(_OPTION_IN_LINE.sub("", line))
    except InvalidRequirement:
        return None


def _lines_of(file: Path, place: Place, report: Report, within: tuple[Path, ...]) -> Iterator[str]:
    file = Path(file)
    if file in within:
        report.problem(place, f"{file.name} is read in by itself.")
        return
    try:
        text = read_text(file, "requirements file")
    except DeploymentFileError as error:
        for problem in error.problems:
            report.problem(place, f"{problem.place}: {problem.message}")
        return
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        report.problem(place, f"{file.name} has more than {MAX_LINES} lines.")
        return
    joined, start = "", 1
    for number, line in enumerate([*lines, ""], 1):
        joined = joined or ""
        if not joined:
            start = number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            joined += line[:-1]
            continue
        yield from requirement_lines(joined + line, Place(file, start), report, (*within, file))
        joined = ""


def _without_comment(line: str) -> str:
    return re.sub(r"(^|\s)#.*$", "", line).strip()


def _absolute(folder: Path, path: str) -> str:
    if "://" in path or not (folder / path).exists():
        return path
    return str((folder / path).absolute())


def _check(text: str, place: Place, report: Report) -> None:
    try:
        Requirement(_OPTION_IN_LINE.sub("", text))
    except InvalidRequirement:
        report.problem(
            place, f'"{text[:80]}" is no requirement of pip. Write name==version, or name>=version.'
        )
