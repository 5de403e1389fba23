"""What lies in the model folder: the only files that the analysis looks at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from azmlinfsrv.analysis.facts.path_kinds import ModelPath
from azmlinfsrv.analysis.model_folder import ModelFolder
from azmlinfsrv.analysis.registered_models import registered_model
from azmlinfsrv.compat.model import find_registered_model, model_content

_MAX_ENTRIES = 2_000
_MAX_DEPTH = 6
_LISTED = 6


def target(path: ModelPath, folder: ModelFolder | None, working_dir: Path | None) -> Path | None:
    """Return the file or folder that a path stands for; None if that cannot be told."""
    if path.base is None:
        return None if folder is None else Path(folder.path + path.suffix)
    model_dir = folder.path if folder is not None else None
    name, version = path.base.name, path.base.version
    found = find_registered_model(name, version, model_dir, working_dir)
    if found is None and (elsewhere := registered_model(name, version)) is not None:
        # There the server finds it as well, and warns.
        found = model_content(elsewhere)
    return None if found is None else Path(str(found) + path.suffix)


def exists(path: Path) -> bool | None:
    """Return whether a file or folder is there; None if that must not be seen."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return None
    return True


def entries(folder: Path) -> list[str]:
    """Return the names in a folder, folders with a slash; at most 2,000."""
    found: list[str] = []
    try:
        with os.scandir(folder) as scan:
            for entry in scan:
                if len(found) >= _MAX_ENTRIES:
                    break
                if not entry.name.startswith("."):
                    found.append(f"{entry.name}/" if entry.is_dir() else entry.name)
    except (OSError, ValueError):
        return []
    return sorted(found)


def describe(folder: Path) -> str:
    """Return what a folder holds, for people: "'a.pkl', 'b/' and 3 more"."""
    names = entries(folder)
    if not names:
        return "nothing"
    listed = [f"'{name}'" for name in names[:_LISTED]]
    rest = len(names) - len(listed)
    if rest:
        return f"{', '.join(listed)} and {rest} more"
    return " and ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))


def similar(folder: Path, wanted: str) -> str | None:
    """Return the path below a folder that was probably meant by one that is not there.

    A file of that name deeper or higher in the folder, or the name that differs by a few
    letters, with slashes; None if nothing is like it.
    """
    name = wanted.rstrip("/").rpartition("/")[2]
    files = list(_files(folder))
    for relative in files:
        if relative.rpartition("/")[2] == name:
            return relative
    close = get_close_matches(wanted, files, n=1, cutoff=0.75)
    if close:
        return close[0]
    by_name = {relative.rpartition("/")[2]: relative for relative in reversed(files)}
    near = get_close_matches(name.lower(), [each.lower() for each in by_name], n=1, cutoff=0.75)
    lowered = {each.lower(): relative for each, relative in by_name.items()}
    if near:
        return lowered[near[0]]
    # The only file of that kind.
    ending = Path(name).suffix
    alike = [relative for relative in files if ending and relative.endswith(ending)]
    return alike[0] if len(alike) == 1 else None


def _files(folder: Path) -> Iterator[str]:
    """Yield the files and folders below a folder, the upper ones first."""
    waiting = [(folder, "", 0)]
    seen = 0
    while waiting:
        parent, prefix, depth = waiting.pop(0)
        for name in entries(parent):
            seen += 1
            if seen > _MAX_ENTRIES:
                return
            yield prefix + name.rstrip("/")
            if name.endswith("/") and depth < _MAX_DEPTH:
                waiting.append((parent / name, prefix + name, depth + 1))
