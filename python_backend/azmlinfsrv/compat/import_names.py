"""Answer ``import azureml.contrib.services…`` and its like from this package.

The raw-HTTP names always resolve to ours, installed or not: the server has to see which function
was decorated. ``azureml.core`` steps aside for the real package.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_OWN = "azmlinfsrv.compat"
_ALWAYS_OURS = {
    f"{package}.{module}": f"{_OWN}.{module}"
    for package in ("azureml.contrib.services", "azureml_inference_server_http.api")
    for module in ("aml_request", "aml_response")
}
_OURS_IF_MISSING = {"azureml.core.model": f"{_OWN}.model", "azureml.core": f"{_OWN}.core"}


def _parents(names: Sequence[str]) -> frozenset[str]:
    return frozenset(
        ".".join(name.split(".")[:depth])
        for name in names
        for depth in range(1, name.count(".") + 1)
    )


_PACKAGES_IF_MISSING = _parents([*_ALWAYS_OURS, *_OURS_IF_MISSING]) - {"azureml.core"}


class _AliasLoader(Loader):
    """Loads a module that offers the public names of another one."""

    def __init__(self, target: str) -> None:
        self._target = target

    def exec_module(self, module: ModuleType) -> None:
        target = importlib.import_module(self._target)
        module.__doc__ = target.__doc__
        for name in target.__all__:
            setattr(module, name, getattr(target, name))


class _AlwaysOurs(MetaPathFinder):
    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        target = _ALWAYS_OURS.get(fullname)
        return importlib.util.spec_from_loader(fullname, _AliasLoader(target)) if target else None


class _OursIfMissing(MetaPathFinder):
    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if target := _OURS_IF_MISSING.get(fullname):
            is_package = any(name.startswith(f"{fullname}.") for name in _OURS_IF_MISSING)
            return importlib.util.spec_from_loader(
                fullname, _AliasLoader(target), is_package=is_package
            )
        if fullname in _PACKAGES_IF_MISSING:
            return ModuleSpec(fullname, None, is_package=True)
        return None


_FIRST, _LAST = _AlwaysOurs(), _OursIfMissing()


def install() -> None:
    """Make the import names available in this process. Calling it again changes nothing."""
    if _FIRST not in sys.meta_path:
        sys.meta_path.insert(0, _FIRST)
        sys.meta_path.append(_LAST)
