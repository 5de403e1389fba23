"""The models of one registry: found, listed, registered, copied out, deleted.

What lists and finds them is here. What writes and hashes them is imported when it is asked for:
that takes as long as a list of many.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from azmlinfsrv.registry.data_folder import data_folder
from azmlinfsrv.registry.errors import (
    DamagedModelError,
    NoSuchModelError,
    RegistryError,
    write_error,
)
from azmlinfsrv.registry.model import RegisteredModel, read_record
from azmlinfsrv.registry.references import Reference, is_name, read_reference
from azmlinfsrv.registry.replacement import settle_all
from azmlinfsrv.registry.versions import registered_versions

if TYPE_CHECKING:
    from azmlinfsrv.registry.registration import Registration

_LISTED = 10


def registry_folder() -> Path:
    """Return the registry of this user; it need not exist."""
    return data_folder() / "models"


class Registry:
    """The models below a folder, which need not exist until one is registered.

    Args:
        root: the folder; by default that of this user.

    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = (registry_folder() if root is None else root).absolute()

    def names(self) -> list[str]:
        """Return the names that have a registered version, in their order.

        Raises:
            RegistryError: the folder cannot be read.

        """
        return [name for name in self._names() if self.versions(name)]

    def models(self, name: str | None = None) -> tuple[list[RegisteredModel], list[str]]:
        """Return every version, by name and then from the newest to the oldest.

        With them comes a sentence for each version whose record cannot be read.

        Raises:
            RegistryError: the folder cannot be read.

        """
        found: list[RegisteredModel] = []
        damaged: list[str] = []
        for each in self._names() if name is None else [name]:
            parent = self.root / each
            for version in reversed(self.versions(each)):
                try:
                    model = read_record(parent / str(version))
                except DamagedModelError as error:
                    damaged.append(str(error))
                    continue
                if model is not None:
                    found.append(model)
        return found, damaged

    def versions(self, name: str) -> list[int]:
        """Return the registered versions of a model, rising; none if there is no such model.

        Raises:
            RegistryError: its folder cannot be read.

        """
        settle_all(self.root)
        try:
            return registered_versions(self.root / name)
        except OSError as error:
            raise RegistryError(
                f"{self.root / name} cannot be read: {error.strerror or error}."
            ) from error

    def resolve(self, reference: str) -> RegisteredModel:
        """Return the model that ``name``, ``name:version`` or ``name@latest`` stands for.

        Raises:
            NoSuchModelError: it is not registered; the message lists what is.
            RegistryError: the reference is none, or the record cannot be read.

        """
        wanted = read_reference(reference)
        versions = self.versions(wanted.name)
        if not versions:
            raise NoSuchModelError(self._explain_missing_name(wanted.name))
        version = versions[-1] if wanted.version is None else wanted.version
        if version in versions:
            model = read_record(self.root / wanted.name / str(version))
            if model is not None:
                return model
        listed = ", ".join(map(str, versions[-_LISTED:]))
        raise NoSuchModelError(
            f"{wanted.name} has no version {version} in {self.root}. It has "
            f"{'…, ' if len(versions) > _LISTED else ''}{listed}."
        )

    def register(self, wanted: Registration) -> RegisteredModel:
        """Copy a file or folder into the registry, under the next version.

        The files are copied aside, read again and compared by hash, and then put in their place in
        one step: whatever ends this before leaves no version. The number is counted up under a
        lock, across processes, and never comes again after a deletion.

        Raises:
            RegistryError: the name is none, there is nothing to register, it holds what cannot be
                kept, or the registry cannot be written.

        """
        from azmlinfsrv.registry.registration import register

        return register(self.root, wanted)

    def delete(self, version: Reference) -> None:
        """Delete a version, also one whose record cannot be read.

        Raises:
            NoSuchModelError: it is not registered.
            RegistryError: it cannot be deleted.

        """
        from azmlinfsrv.registry.removal import remove

        remove(self.root, version)

    def verify(self, model: RegisteredModel) -> None:
        """Read all files of a model and compare them with what was registered.

        Raises:
            DamagedModelError: a file is missing, is new, or has another content.

        """
        from azmlinfsrv.registry.verification import verify

        verify(model)

    def copy_out(self, model: RegisteredModel, target: Path) -> None:
        """Copy a model's files into an empty folder, and compare their hashes.

        Raises:
            DamagedModelError: a file is not what was registered.
            RegistryError: the folder cannot be written.

        """
        from azmlinfsrv.registry.verification import copy_out

        try:
            copy_out(model, target)
        except OSError as error:
            raise write_error(target, error) from error

    def _names(self) -> list[str]:
        try:
            entries = [entry.name for entry in self.root.iterdir() if is_name(entry.name)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise RegistryError(
                f"The registry {self.root} cannot be read: {error.strerror or error}. Name another "
                "with --registry."
            ) from error
        return sorted(entries)

    def _explain_missing_name(self, name: str) -> str:
        names = self.names()
        if not names:
            return (
                f"No model is registered in {self.root}. "
                f"`azmlinfsrv models register --name {name} --path FILE` registers one."
            )
        # Imported late: most names are there.
        from difflib import get_close_matches

        near = get_close_matches(name, names, n=1)
        if near:
            return f"No model {name} is registered in {self.root}. Is {near[0]} meant?"
        listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
        return f"No model {name} is registered in {self.root}. There is {listed}."
