"""Where the script's imports are looked for, and where that differs from the published server."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from azmlinfsrv.scoring import Scorer
from azmlinfsrv.server.code_files import own_modules
from azmlinfsrv.server.settings import Settings

# The published server's own modules, which come before the user's in its import path.
_SHADOWED = frozenset(
    {
        "config",
        "create_app",
        "entry",
        "exceptions",
        "input_parsers",
        "routes",
        "swagger",
        "user_script",
        "utils",
    }
)


def arrange_import_path(settings: Settings, script: Path) -> None:
    """Put the script's folder first, and the application root and source folder last.

    So ``import helper`` finds what lies beside the script, as in ``python score.py``. With
    ``--compat published`` the script's folder is not there at all.
    """
    sys.path.extend(folder for folder in _published_folders(settings) if folder not in sys.path)
    if settings.as_published:
        sys.meta_path.insert(0, _Shadows(_published_folders(settings)))
        return
    folder = str(script.parent)
    if folder in sys.path:
        sys.path.remove(folder)
    sys.path.insert(0, folder)


def tell_import_differences(settings: Settings, scorer: Scorer) -> None:
    """Warn of modules beside the script that the published server would not import."""
    folder = str(scorer.path.parent)
    roots = _published_folders(settings)
    path = [entry for entry in sys.path if entry != folder or entry in roots]
    if folder in roots:
        # It is searched there, too, but last.
        path.remove(folder)
        path.append(folder)
    for name, file in own_modules(scorer.path).items():
        if "." in name or file == str(scorer.path):
            continue
        if reason := _difference(name, file, path):
            scorer.mercies.tell(f"import {name}", f"{file} was imported as {name}: {reason}.")


def _published_folders(settings: Settings) -> list[str]:
    root = settings.app_root or str(Path.cwd())
    source = settings.source_directory
    return [root, *([str(Path(root, source))] if source else [])]


def _difference(name: str, file: str, path: Sequence[str]) -> str | None:
    if name in _SHADOWED:
        return "the published server has a module of that name, which hides it"
    spec = PathFinder.find_spec(name, path)
    if spec is None:
        return (
            "the published server does not look in the script's folder, only in AML_APP_ROOT and "
            "AZUREML_SOURCE_DIRECTORY"
        )
    if spec.origin and Path(spec.origin) != Path(file):
        return f"the published server would import {spec.origin}"
    return None


class _Shadows(MetaPathFinder):
    """Fails where one of the published server's own modules would be found instead."""

    def __init__(self, folders: list[str]) -> None:
        self._folders = folders

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _SHADOWED:
            return None
        others = [entry for entry in sys.path if entry not in self._folders]
        if PathFinder.find_spec(fullname, others) is None:
            raise ImportError(
                f"{fullname}: the published server has a module of its own of that name, which "
                "cannot be imported (--compat published)",
                name=fullname,
            )
        return None
