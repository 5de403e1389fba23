"""The files and folders that a deployment names."""

from __future__ import annotations

import os
import re
from pathlib import Path, PureWindowsPath

from azmlinfsrv.deployment.formats.problems import Place, Report

_REMOTE = re.compile(r"(?i)^(azureml|https?|wasbs?|abfss?|adl|git\+\w+)://|^git@|^azureml:|^runs:/")


def is_remote(path: str) -> bool:
    """Whether a path leads to the cloud."""
    return bool(_REMOTE.match(path))


def find_folder(folder: Path, path: str, place: Place, report: Report) -> Path | None:
    """Return the absolute folder that ``path`` names, seen from ``folder``; a problem if none."""
    found = _find(folder, path, place, report)
    if found is not None and not found.is_dir():
        report.problem(place, f"`{place.key}`: {path} is no folder; it takes one.")
        return None
    return found


def find_file(folder: Path, path: str, place: Place, report: Report) -> Path | None:
    """Return the absolute file that ``path`` names, seen from ``folder``; a problem if none."""
    found = _find(folder, path, place, report)
    if found is not None and not found.is_file():
        kind = "a folder" if found.is_dir() else "no ordinary file"
        report.problem(place, f"`{place.key}`: {path} is {kind}; it takes a file.")
        return None
    return found


def find_any(folder: Path, path: str, place: Place, report: Report) -> Path | None:
    """Return the absolute file or folder that ``path`` names, seen from ``folder``."""
    return _find(folder, path, place, report)


def find_script(source: Path, path: str, place: Place, report: Report) -> Path | None:
    """Return a script of the source folder; one that lies outside is a problem.

    The source folder is all that is shipped: what lies beside it is not there in Azure.
    """
    is_absolute = Path(path).is_absolute() or PureWindowsPath(path).is_absolute()
    with_slashes = path.replace("\\", "/")
    inside = Path(os.path.normpath(source / with_slashes)).is_relative_to(os.path.normpath(source))
    if is_absolute or not inside:
        report.problem(
            place,
            f"`{place.key}`: {path} leads out of the source folder {source.name}/, and only that "
            "is shipped. Name a file in it.",
        )
        return None
    found = find_file(source, path, place, report)
    if found is not None and found.suffix != ".py":
        report.problem(
            place, f"`{place.key}`: {path} is no Python file: its name has to end in .py."
        )
        return None
    if found is not None and not found.resolve().is_relative_to(source.resolve()):
        report.note(
            place,
            f"`{place.key}`: {path} is a symbolic link to {found.resolve()}, outside of the source "
            "folder. What the script finds beside itself here is not shipped with it.",
        )
    return found


def _find(folder: Path, path: str, place: Place, report: Report) -> Path | None:
    if is_remote(path):
        report.problem(
            place,
            f"`{place.key}`: {path} is in the cloud. Download it, and name the file on this "
            "machine.",
        )
        return None
    # Azure ML's mark of what lies on this machine.
    found = Path(os.path.normpath(folder.absolute() / path.removeprefix("file:")))
    try:
        if found.exists():
            return found
        message = "leads nowhere: it is a broken link" if found.is_symlink() else "is not there"
    except (OSError, ValueError) as error:
        message = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    advice = " Paths are written with /." if "\\" in path else ""
    report.problem(place, f"`{place.key}`: {path} {message}. Looked for {found}.{advice}")
    return None
