"""A new version: copied aside, checked, and put in its place in one step."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from azmlinfsrv.registry.copying import copy_source
from azmlinfsrv.registry.errors import ModelExistsError, RegistryError, write_error
from azmlinfsrv.registry.hashes import hash_of_text, hashes_text
from azmlinfsrv.registry.model import (
    ModelDescription,
    RegisteredModel,
    hashes_file,
    record_file,
    write_record,
)
from azmlinfsrv.registry.placing import put_in_place
from azmlinfsrv.registry.references import checked_name
from azmlinfsrv.registry.replacement import set_aside, settle
from azmlinfsrv.registry.served_folder import forget_folders_with
from azmlinfsrv.registry.source import Source, read_source
from azmlinfsrv.registry.versions import last_version, remove_records_without_files
from azmlinfsrv.registry.work_folder import locked, stage


@dataclass(frozen=True)
class Registration:
    """What is to be registered.

    Attributes:
        name: the model's name.
        path: a file, or a folder, whose content is the model.
        about: what its owner says about it.
        version: None for the next one.
        overwrite: whether a version that is there is replaced.

    """

    name: str
    path: Path
    about: ModelDescription = field(default_factory=ModelDescription)
    version: int | None = None
    overwrite: bool = False


def register(root: Path, wanted: Registration) -> RegisteredModel:
    """Register a model; see ``Registry.register``."""
    checked_name(wanted.name)
    # Before the folder is read: with "/" that would take a while. realpath() raises of no link.
    if Path(os.path.realpath(root)).is_relative_to(os.path.realpath(wanted.path)):
        raise RegistryError(
            f"{wanted.path} holds the registry itself ({root}). Register the folder that has the "
            "model alone, or name another registry."
        )
    source = read_source(wanted.path)
    _refuse_other_spelling(root, wanted.name)
    with stage(root) as own:
        try:
            model = _copied(own, source, wanted)
            with locked(root, wanted.name.casefold()):
                placed = _put_in_place(root, own, model, wanted)
        except OSError as error:
            raise write_error(root, error) from error
    if wanted.overwrite:
        # Folders of several models hold on to the files that were replaced.
        forget_folders_with(root, placed.folder.relative_to(root))
    return placed


def _copied(own: Path, source: Source, wanted: Registration) -> RegisteredModel:
    """Copy the files aside, and return what is known of them; the version is not yet."""
    files = own / "files"
    files.mkdir()
    hashes, size = copy_source(source, files)
    text = hashes_text(hashes)
    (own / "sha256").write_bytes(text)
    return RegisteredModel(
        name=wanted.name,
        version=0,
        folder=files,
        created=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        size=size,
        file_count=len(hashes),
        sha256=hash_of_text(text),
        source=str(wanted.path.absolute()),
        about=wanted.about,
    )


def _put_in_place(
    root: Path, own: Path, model: RegisteredModel, wanted: Registration
) -> RegisteredModel:
    _refuse_other_spelling(root, model.name)
    parent = root / model.name
    parent.mkdir(exist_ok=True)
    settle(root, model.name)
    remove_records_without_files(parent)
    version = wanted.version or last_version(root, model.name) + 1
    folder = parent / str(version)
    if folder.exists() and not wanted.overwrite:
        raise ModelExistsError(
            f"{model.name}:{version} is registered already ({folder}). Leave the version out for "
            "the next one, or replace it with --force."
        )
    placed = replace(model, version=version, folder=folder)
    record = own / "record"
    write_record(record, placed)
    # The version is there with the last step, and not before: what has no files is no model.
    with set_aside(root, folder):
        put_in_place(
            (
                (own / "sha256", hashes_file(folder)),
                (record, record_file(folder)),
                (model.folder, folder),
            ),
            aside=own,
        )
    return placed


def _refuse_other_spelling(root: Path, name: str) -> None:
    """Refuse a name that is another model's on a disk that does not tell a from A."""
    try:
        names = [entry.name for entry in root.iterdir()] if root.is_dir() else []
    except OSError as error:
        raise write_error(root, error) from error
    if name in names:
        return
    for other in names:
        if other.casefold() == name.casefold():
            raise RegistryError(
                f"There is a model {other} already, which differs from {name} by capitals only. "
                f"Register it as {other}, or under another name."
            )
