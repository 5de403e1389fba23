"""What ``Model.get_model_path`` finds in the registry when the model folder lacks it."""

from __future__ import annotations

import logging
from pathlib import Path

from azmlinfsrv.compat import model as compat_model

_logger = logging.getLogger("azmlinfsrv.compat")


def look_into_registry(root: str | None) -> None:
    """Have ``Model.get_model_path`` look into the registry last, and warn once of each model."""
    told: set[str] = set()

    def find(name: str, version: str | None) -> Path | None:
        from azmlinfsrv.registry import Registry, RegistryError

        reference = name if version is None else f"{name}:{version}"
        try:
            model = Registry(Path(root).expanduser() if root else None).resolve(reference)
        except RegistryError:
            return None
        if model.reference not in told:
            told.add(model.reference)
            _logger.warning(
                "The model %s is not in AZUREML_MODEL_DIR; it is taken from the registry of this "
                "machine (%s). The cloud has only the models that are deployed with the script: "
                "--model %s does the same here. (--compat published lets it fail here, too.)",
                *(reference, model.folder, model.reference),
            )
        return model.folder

    compat_model.look_further = find
