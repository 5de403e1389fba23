"""The folder that AZUREML_MODEL_DIR names in a service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.deployment.services.folder import ServiceError


def model_dir_of(models: Sequence[str]) -> str | None:
    """Return the folder of a plan's models; None if it has none.

    A folder that is named stands for itself, a file for the folder that it lies in.

    Args:
        models: absolute paths, and references to registered models.

    Raises:
        ServiceError: one is not there, or paths and other models cannot be together.

    """
    if not models:
        return None
    paths = [Path(model) for model in models if Path(model).is_absolute()]
    if not paths:
        return _registered(models)
    if len(models) > 1:
        raise ServiceError(
            f"{paths[0]} cannot be a model beside others, which have a folder for each name and "
            "version. Register it: azmlinfsrv models register --name NAME --path "
            f"{paths[0]}"
        )
    path = paths[0]
    if not path.exists():
        raise ServiceError(f"The model {path} does not exist.")
    return str(path if path.is_dir() else path.parent)


def _registered(references: Sequence[str]) -> str:
    from azmlinfsrv.registry import RegistryError, model_folder

    try:
        return str(model_folder(references))
    except RegistryError as error:
        raise ServiceError(str(error)) from error
