"""Models under a name and counted versions, kept on this machine as Azure ML keeps them.

A model's files lie in ``NAME/VERSION/`` below the registry's folder, which is what
``AZUREML_MODEL_DIR`` names. What is known of them lies beside, in ``NAME/VERSION.json`` and
``NAME/VERSION.sha256``. Nothing in here ever loads a model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azmlinfsrv.registry.errors import (
        DamagedModelError,
        ModelExistsError,
        NoSuchModelError,
        RegistryError,
    )
    from azmlinfsrv.registry.model import ModelDescription, RegisteredModel
    from azmlinfsrv.registry.registration import Registration
    from azmlinfsrv.registry.registry import Registry, registry_folder
    from azmlinfsrv.registry.served_folder import model_folder

__all__ = [
    "DamagedModelError",
    "ModelDescription",
    "ModelExistsError",
    "NoSuchModelError",
    "RegisteredModel",
    "Registration",
    "Registry",
    "RegistryError",
    "model_folder",
    "registry_folder",
]

_MODULES = {
    "DamagedModelError": "errors",
    "ModelDescription": "model",
    "ModelExistsError": "errors",
    "NoSuchModelError": "errors",
    "RegisteredModel": "model",
    "Registration": "registration",
    "Registry": "registry",
    "RegistryError": "errors",
    "model_folder": "served_folder",
    "registry_folder": "registry",
}


def __getattr__(name: str) -> Any:
    # Each module when it is needed: a list of models reads none of what registers them.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
