"""What azmlinfsrv needs, in a folder for interpreters that have not got it."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import azmlinfsrv

_OWN = "azmlinfsrv"


def place_libraries(folder: Path) -> None:
    """Fill a folder with this program and the libraries that it requires, and nothing else.

    Whatever else this interpreter has installed stays out: a script must not find here what its
    own environment lacks.

    Raises:
        OSError: it cannot be filled.

    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in {Path(azmlinfsrv.__file__).parent, *_required_files()}:
        target = folder / source.name
        if target.is_symlink() and target.readlink() != source:
            # Of an installation that has been moved.
            target.unlink()
        if target.exists():
            continue
        try:
            target.symlink_to(source, target_is_directory=source.is_dir())
        except OSError:
            # Windows lets only some users make links.
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, target)


def _required_files() -> Iterator[Path]:
    for name in _required():
        with contextlib.suppress(metadata.PackageNotFoundError):
            distribution = metadata.distribution(name)
            # Of each file the first part: a package, a module, or the distribution's own folder.
            tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
            yield from (Path(str(distribution.locate_file(top))) for top in tops - {"__pycache__"})


def _required() -> set[str]:
    """Return the names of every distribution that azmlinfsrv requires, directly or not."""
    found: set[str] = set()
    waiting = [_OWN]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        with contextlib.suppress(metadata.PackageNotFoundError):
            for line in metadata.requires(name) or ():
                requirement = Requirement(line)
                if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                    waiting.append(requirement.name)
    return found - {_OWN}


def guest_program(python: str, libraries: Path) -> tuple[str, ...]:
    """Return how azmlinfsrv is started in an interpreter that has not got it."""
    return (python, os.fspath(Path(__file__).with_name("guest.py")), os.fspath(libraries))
