"""The folder that AZUREML_MODEL_DIR names in a service."""

from __future__ import annotations

from collections.abc import Sequence

from azmlinfsrv.deployment.services.folder import ServiceError


def model_dir_of(models: Sequence[str]) -> str | None:
    """Return the folder of a plan's models; None if it has none.

    Raises:
        ServiceError: one is not there, or they cannot be together.

    """
    if not models:
        return None
    from azmlinfsrv.registry import RegistryError, model_folder

    try:
        return str(model_folder(models))
    except RegistryError as error:
        raise ServiceError(str(error)) from error
