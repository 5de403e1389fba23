"""Models under a name and counted versions, kept on this machine as Azure ML keeps them.

A model's files lie in ``NAME/VERSION/`` below the registry's folder, which is what
``AZUREML_MODEL_DIR`` names. What is known of them lies beside, in ``NAME/VERSION.json`` and
``NAME/VERSION.sha256``. Nothing in here ever loads a model.
"""

from azmlinfsrv.registry.errors import (
    DamagedModelError,
    ModelExistsError,
    NoSuchModelError,
    RegistryError,
)
from azmlinfsrv.registry.model import ModelDescription, RegisteredModel
from azmlinfsrv.registry.model_folder import model_folder
from azmlinfsrv.registry.registry import Registry, registry_folder

__all__ = [
    "DamagedModelError",
    "ModelDescription",
    "ModelExistsError",
    "NoSuchModelError",
    "RegisteredModel",
    "Registry",
    "RegistryError",
    "model_folder",
    "registry_folder",
]
