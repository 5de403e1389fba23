"""A version replaced by another: whatever ends that between two renames, one of both is there.

While it is replaced, the old one lies in ``.registry/replaced/NAME`` as it lay in ``NAME``. Its
files go there first and the new ones come last, so that those who look later can tell how far it
has come. They then finish it, or take it back.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.registry.errors import RegistryError
from azmlinfsrv.registry.model import hashes_file, record_file
from azmlinfsrv.registry.references import read_version
from azmlinfsrv.registry.work_folder import WORK_FOLDER, locked, remove_tree

_REPLACED = "replaced"


@contextlib.contextmanager
def set_aside(root: Path, folder: Path) -> Iterator[None]:
    """Free the place of ``NAME/VERSION`` within; it is there again if none has come afterwards.

    Whoever calls this holds the lock of the name.

    Raises:
        OSError: it cannot be moved.

    """
    if not folder.exists():
        yield
        return
    aside = _aside(root, folder.parent.name)
    aside.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(aside / folder.name)
        for file in (record_file(folder), hashes_file(folder)):
            with contextlib.suppress(FileNotFoundError):
                file.rename(aside / file.name)
        yield
    finally:
        settle(root, folder.parent.name)


def settle(root: Path, name: str) -> None:
    """Finish or take back what was replaced of a model when somebody was killed.

    Whoever calls this holds the lock of the name.

    Raises:
        OSError: it cannot be moved.

    """
    aside = _aside(root, name)
    try:
        entries = list(aside.iterdir())
    except FileNotFoundError:
        return
    for old in entries:
        place = root / name / old.name
        # Where the new files have come, they are whole.
        if read_version(old.name) is not None and not place.exists():
            for kept in (record_file(old), hashes_file(old)):
                with contextlib.suppress(FileNotFoundError):
                    kept.replace(place.with_name(kept.name))
            old.rename(place)
    remove_tree(aside)


def settle_all(root: Path) -> None:
    """Do so for all models; this costs next to nothing when there is none."""
    try:
        names = os.listdir(root / WORK_FOLDER / _REPLACED)  # noqa: PTH208 - a list of models waits
    except OSError:
        return
    for name in names:
        # Whoever may only read the registry reads on.
        with contextlib.suppress(OSError, RegistryError), locked(root, name.casefold()):
            settle(root, name)


def _aside(root: Path, name: str) -> Path:
    return root / WORK_FOLDER / _REPLACED / name
