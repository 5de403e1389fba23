"""The models in this user's registry, which a script may ask for by name."""

from __future__ import annotations

from pathlib import Path


def registered_model(name: str, version: str | None) -> Path | None:
    """Return the folder of a registered model; None if there is none. Version None is the newest.

    The registry is imported late: few scripts ask for a model that their model folder lacks.
    """
    from azmlinfsrv.registry import Registry, RegistryError

    try:
        return Registry().resolve(name if version is None else f"{name}:{version}").folder
    except RegistryError:
        return None


def registered_names() -> dict[str, int]:
    """Return the names that are registered, and the newest version of each."""
    from azmlinfsrv.registry import Registry, RegistryError

    registry = Registry()
    try:
        return {name: registry.versions(name)[-1] for name in registry.names()}
    except (RegistryError, IndexError):
        return {}


def place_of(name: str) -> Path | None:
    """Return the folder that changes when a version of a model is registered or deleted."""
    from azmlinfsrv.registry import registry_folder
    from azmlinfsrv.registry.references import is_name

    return registry_folder() / name if is_name(name) else None
