"""A version deleted: gone in one step, its number never given again."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.registry.errors import NoSuchModelError, write_error
from azmlinfsrv.registry.references import Reference
from azmlinfsrv.registry.replacement import settle_all
from azmlinfsrv.registry.served_folder import forget_folders_with
from azmlinfsrv.registry.versions import (
    registered_versions,
    remember_last_version,
    remove_records_without_files,
)
from azmlinfsrv.registry.work_folder import locked, stage


def remove(root: Path, wanted: Reference) -> None:
    """Delete a version; see ``Registry.delete``."""
    folder = root / wanted.name / str(wanted.version)
    settle_all(root)
    _refuse_missing(root, wanted)
    with stage(root) as own:
        try:
            with locked(root, wanted.name.casefold()):
                _refuse_missing(root, wanted)
                remember_last_version(root, wanted.name)
                folder.rename(own / "deleted")
                remove_records_without_files(folder.parent)
                if not any(folder.parent.iterdir()):
                    folder.parent.rmdir()
        except OSError as error:
            raise write_error(folder.parent, error) from error
        forget_folders_with(root, folder.relative_to(root))


def _refuse_missing(root: Path, wanted: Reference) -> None:
    if wanted.version not in registered_versions(root / wanted.name):
        raise NoSuchModelError(f"{wanted.name}:{wanted.version} is not registered in {root}.")
