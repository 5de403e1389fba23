"""The folder that AZUREML_MODEL_DIR names for the models of a deployment."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.registry.copying import copy_file
from azmlinfsrv.registry.errors import (
    DamagedModelError,
    NoSuchModelError,
    RegistryError,
    write_error,
)
from azmlinfsrv.registry.model import RegisteredModel
from azmlinfsrv.registry.references import is_name
from azmlinfsrv.registry.work_folder import WORK_FOLDER, remove_tree, stage

if TYPE_CHECKING:
    from azmlinfsrv.registry.registry import Registry

_SETS = "sets"


def model_folder(references: Sequence[str], root: Path | None = None) -> Path:
    """Return the folder for some models, as a deployment of them has it.

    For one model that is ``…/NAME/VERSION`` with its files; for several a folder that has
    ``NAME/VERSION`` for each of them and nothing else. The same models have the same folder. Their
    files are not copied: they are further names (hard links) of those in the registry, unless its
    disk has no such thing.

    Args:
        references: ``name``, ``name:version`` or ``name@latest``, at least one. One alone may also
            be the path of a folder, which is returned, or of a file, for which that is a folder
            with a link to it.
        root: the registry's folder; by default that of this user.

    Raises:
        NoSuchModelError: one is not registered, or there is no such path.
        RegistryError: a reference is none, or the folder cannot be made.

    """
    from azmlinfsrv.registry.registry import Registry

    registry = Registry(root)
    if len(references) == 1 and (path := _path(references[0], registry)) is not None:
        return path if path.is_dir() else _folder_of_file(registry.root, path)
    for reference in references:
        if _is_written_as_path(reference):
            raise RegistryError(
                f"{reference} is a path; only one model can be named so. Register it with "
                "`azmlinfsrv models register`, and name it as the others."
            )
    found = {model.reference: model for model in map(registry.resolve, references)}
    if not found:
        raise NoSuchModelError("No model is named.")
    models = sorted(found.values(), key=lambda model: (model.name, model.version))
    return models[0].folder if len(models) == 1 else _folder_of_several(registry.root, models)


def forget_folders_with(root: Path, version: Path) -> None:
    """Remove the folders that ``NAME/VERSION`` shares with others; its space is only then free."""
    for folder in (root / WORK_FOLDER / _SETS).glob("*"):
        if (folder / version).is_dir():
            remove_tree(folder)


def _path(reference: str, registry: Registry) -> Path | None:
    """Return the path that a reference is; a registered model comes before a file of its name."""
    path = Path(reference).expanduser().absolute()
    if _is_written_as_path(reference):
        if not path.exists():
            raise NoSuchModelError(f"{path} does not exist.")
        return path
    is_registered = is_name(reference) and registry.versions(reference)
    return None if is_registered or not path.exists() else path


def _is_written_as_path(reference: str) -> bool:
    return reference.startswith((".", "~")) or not {"/", os.sep}.isdisjoint(reference)


def _folder_of_file(root: Path, file: Path) -> Path:
    """Return a folder with this file alone, as a model that is registered from a file has."""
    real = file.resolve()
    found = real.stat()
    identity = f"{real} {file.name} {found.st_size} {found.st_mtime_ns}"

    def fill(folder: Path) -> None:
        folder.mkdir()
        _link_file(real, folder / file.name, is_far=True)

    return _made(root, f"file-{_short_hash(identity)}", fill)


def _folder_of_several(root: Path, models: Sequence[RegisteredModel]) -> Path:
    # By content as well: a version that was replaced is another model.
    identity = "\n".join(f"{model.reference} {model.sha256}" for model in models)

    def fill(folder: Path) -> None:
        for model in models:
            _link_tree(model.folder, folder / model.name / str(model.version))

    return _made(root, _short_hash(identity), fill)


def _made(root: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """Return a folder of the registry that is made once, whole or not at all."""
    folder = root / WORK_FOLDER / _SETS / name
    if folder.is_dir():
        return folder
    with stage(root) as own:
        try:
            fill(own / "set")
            folder.parent.mkdir(exist_ok=True)
            (own / "set").rename(folder)
        except OSError as error:
            # Another process may have been faster with the same.
            if not folder.is_dir():
                raise write_error(root, error) from error
    return folder


def _short_hash(identity: str) -> str:
    return hashlib.sha256(identity.encode(errors="surrogateescape")).hexdigest()[:16]


def _link_tree(source: Path, target: Path) -> None:
    target.mkdir(parents=True)
    with os.scandir(source) as scan:
        entries = list(scan)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            _link_tree(Path(entry.path), target / entry.name)
        elif entry.is_file(follow_symlinks=False):
            _link_file(Path(entry.path), target / entry.name)
        else:
            raise DamagedModelError(f"{entry.path} is not what was registered.")


def _link_file(source: Path, target: Path, *, is_far: bool = False) -> None:
    # A file that is not ours may lie on another disk, and be written anew.
    ways = (target.symlink_to, target.hardlink_to) if is_far else (target.hardlink_to,)
    for way in ways:
        try:
            way(source)
        except (OSError, NotImplementedError):
            continue
        return
    copy_file(source, target)
