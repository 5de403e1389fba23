"""The models of a package: below ``azureml-models``, as the published images have them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.packaging.errors import NotFoundError, PackagingError
from azmlinfsrv.deployment.packaging.source_files import Collection, ShippedFile, collect

MODELS_FOLDER = "azureml-models"
_FIRST_VERSION = "1"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class PackagedModel:
    """A model to ship.

    Attributes:
        name: its name, a folder in the image.
        version: its version, a folder in that.
        path: the folder whose content, or the file that, AZUREML_MODEL_DIR is to have.
        is_registered: whether it comes from the registry: shipped whole, as it was registered.

    """

    name: str
    version: str
    path: Path
    is_registered: bool = False

    @property
    def folder(self) -> str:
        """Its folder below ``azureml-models``, with slashes."""
        return f"{self.name}/{self.version}"

    def collect(self) -> Collection:
        """Return its files.

        Raises:
            PackagingError: a link leads out of it, a file cannot be read, or there is none.

        """
        if self.path.is_file():
            return Collection((ShippedFile(self.path, self.path.name),), ())
        found = collect(self.path, heeds_ignore_files=False, is_whole=self.is_registered)
        if not found.files:
            raise NotFoundError(f"the model folder {self.path} has no files to ship.")
        return found


def model_from_path(path: Path) -> PackagedModel:
    """Return the model that a file or folder holds: its first version, named after it.

    Raises:
        NotFoundError: there is nothing at that path.

    """
    if not path.exists():
        raise NotFoundError(f"the model {path} is not there.")
    # ``-m .`` has no name of its own.
    real = path.resolve()
    stem = real.stem if real.is_file() else real.name
    name = _NOT_IN_NAMES.sub("-", stem).strip("-.") or "model"
    return PackagedModel(name, _FIRST_VERSION, path)


def check_models(models: Sequence[PackagedModel]) -> None:
    """Raise PackagingError when two models would take one folder, or a name is none."""
    seen: dict[str, PackagedModel] = {}
    for model in models:
        if not (_SAFE.fullmatch(model.name) and _SAFE.fullmatch(model.version)):
            raise PackagingError(
                f"{model.name}:{model.version} is not the name and version of a model: letters, "
                "digits, '.', '_' and '-' make one."
            )
        other = seen.setdefault(model.folder.lower(), model)
        if other is not model:
            raise PackagingError(
                f"{model.path} and {other.path} would both be the model {model.name}, version "
                f"{model.version}. Register one of them under another name: azmlinfsrv models "
                "register."
            )
