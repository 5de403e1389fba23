"""The registry's own folder: locks, and what is not yet, or no longer, a model."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.registry.errors import RegistryError, write_error

if TYPE_CHECKING:
    from filelock import BaseFileLock

# No model can be called so.
WORK_FOLDER = ".registry"
_STAGES = "stages"
_PATIENCE_SECONDS = 120.0


@contextlib.contextmanager
def locked(root: Path, name: str) -> Iterator[None]:
    """Hold the lock of that name within; other processes wait.

    Raises:
        RegistryError: it cannot be had.

    """
    folder = root / WORK_FOLDER / "locks"
    lock = _lock(folder / name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except TimeoutError as error:
        raise RegistryError(
            f"Another process has held {folder / name} for {_PATIENCE_SECONDS:.0f} s. Wait for it, "
            "or end it."
        ) from error
    except OSError as error:
        raise write_error(root, error) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def stage(root: Path) -> Iterator[Path]:
    """Give a new folder on the registry's disk, and remove it with all that is left in it.

    What a killed process has left is removed with the next stage: a living one holds a lock.

    Raises:
        RegistryError: the folder cannot be made.

    """
    stages = root / WORK_FOLDER / _STAGES
    own = stages / f"{os.getpid()}-{os.urandom(8).hex()}"
    # Together: no other process may take a stage for a left one before it has its lock.
    lock = _lock(own.with_suffix(".lock"))
    with locked(root, ".stages"):
        try:
            stages.mkdir(exist_ok=True)
            _remove_left(stages)
            lock.acquire(timeout=_PATIENCE_SECONDS)
            own.mkdir()
        except OSError as error:
            raise write_error(root, error) from error
    try:
        yield own
    finally:
        remove_tree(own)
        with contextlib.suppress(OSError):
            # Windows removes no file that is open, others none that may be locked anew: nobody
            # else knows this name.
            lock.release()
            own.with_suffix(".lock").unlink(missing_ok=True)


def remove_tree(folder: Path) -> None:
    """Remove a folder with all in it, as far as that can be done."""
    # Imported late, as below: it brings all archive formats.
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _remove_left(stages: Path) -> None:
    for file in stages.glob("*.lock"):
        lock = _lock(file)
        try:
            lock.acquire(timeout=0)
        except (OSError, TimeoutError):
            continue
        remove_tree(file.with_suffix(""))
        lock.release()
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _lock(file: Path) -> BaseFileLock:
    # Imported late: it takes longer than listing all models.
    from filelock import FileLock

    # As text: the user's own version comes first, which may be an old one.
    return FileLock(str(file))
