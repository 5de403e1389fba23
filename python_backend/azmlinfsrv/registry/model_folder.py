"""The folder that AZUREML_MODEL_DIR names for the models of a deployment."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.registry.copying import copy_file
from azmlinfsrv.registry.errors import DamagedModelError, NoSuchModelError, write_error
from azmlinfsrv.registry.model import RegisteredModel
from azmlinfsrv.registry.work_folder import WORK_FOLDER, stage

_SETS = "sets"


def model_folder(references: Sequence[str], root: Path | None = None) -> Path:
    """Return the folder for some models, as a deployment of them has it.

    For one model that is ``…/NAME/VERSION`` with its files; for several a folder that has
    ``NAME/VERSION`` for each of them and nothing else. The same models have the same folder. Their
    files are not copied: they are further names (hard links) of those in the registry, unless its
    disk has no such thing.

    Args:
        references: ``name``, ``name:version`` or ``name@latest``, at least one. ``azmlinfsrv``
            takes a path as well, which is no business of a registry.
        root: the registry's folder; by default that of this user.

    Raises:
        NoSuchModelError: one is not registered.
        RegistryError: a reference is none, or the folder cannot be made.

    """
    from azmlinfsrv.registry.registry import Registry

    registry = Registry(root)
    found = {model.reference: model for model in map(registry.resolve, references)}
    if not found:
        raise NoSuchModelError("No model is named.")
    models = sorted(found.values(), key=lambda model: (model.name, model.version))
    return models[0].folder if len(models) == 1 else _folder_of_several(registry.root, models)


def forget_folders_with(root: Path, version: Path) -> None:
    """Remove the folders that ``NAME/VERSION`` shares with others; its space is only then free."""
    for folder in (root / WORK_FOLDER / _SETS).glob("*"):
        if (folder / version).is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _folder_of_several(root: Path, models: Sequence[RegisteredModel]) -> Path:
    # By content as well: a version that was replaced is another model.
    identity = "\n".join(f"{model.reference} {model.sha256}" for model in models)
    folder = root / WORK_FOLDER / _SETS / hashlib.sha256(identity.encode()).hexdigest()[:16]
    if folder.is_dir():
        return folder
    with stage(root) as own:
        try:
            for model in models:
                _link_tree(model.folder, own / "set" / model.name / str(model.version))
            folder.parent.mkdir(exist_ok=True)
            (own / "set").rename(folder)
        except OSError as error:
            # Another process may have been faster with the same.
            if not folder.is_dir():
                raise write_error(root, error) from error
    return folder


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


def _link_file(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except (OSError, NotImplementedError):
        copy_file(source, target)
