"""Which versions a model has, and which it has had."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.registry.model import hashes_file, record_file
from azmlinfsrv.registry.references import read_version
from azmlinfsrv.registry.work_folder import WORK_FOLDER


def registered_versions(model: Path) -> list[int]:
    """Return the versions in ``NAME`` that have files and a record, rising.

    Raises:
        OSError: the folder cannot be read.

    """
    names = _names_in(model)
    return [number for number in _numbers(names) if f"{number}.json" in names]


def last_version(root: Path, name: str) -> int:
    """Return the highest number that a model has had, also of what was deleted; 0 for none."""
    # A folder that somebody has put there counts as well: it is not overwritten.
    held = _numbers(_names_in(root / name))
    return max([_remembered(root, name), *held])


def remember_last_version(root: Path, name: str) -> None:
    """Keep the highest number before it is deleted: a number never comes to mean another model.

    Raises:
        OSError: it cannot be written.

    """
    file = _memory(root, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"~{file.name}"[:255])
    new.write_text(str(last_version(root, name)), encoding="ascii")
    new.replace(file)


def remove_records_without_files(model: Path) -> None:
    """Remove what a killed process has left beside a version that it did not finish."""
    for file in _records(model):
        folder = file.with_suffix("")
        if not folder.exists():
            for left in (record_file(folder), hashes_file(folder)):
                with contextlib.suppress(FileNotFoundError):
                    left.unlink()


def _names_in(model: Path) -> set[str]:
    try:
        with os.scandir(model) as scan:
            return {entry.name for entry in scan}
    except (FileNotFoundError, NotADirectoryError):
        return set()


def _numbers(names: set[str]) -> list[int]:
    return sorted(number for name in names if (number := read_version(name)) is not None)


def _records(model: Path) -> Iterator[Path]:
    for file in list(model.iterdir()):
        if file.suffix in {".json", ".sha256"} and read_version(file.stem) is not None:
            yield file


def _memory(root: Path, name: str) -> Path:
    # In a folder of its own: a name may be as long as a file's name can be.
    return root / WORK_FOLDER / "last-versions" / name.casefold()


def _remembered(root: Path, name: str) -> int:
    try:
        return int(_memory(root, name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0
