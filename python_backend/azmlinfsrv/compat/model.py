"""``Model.get_model_path``: where the files of a registered model lie."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

__all__ = ["Model"]

_LOCAL_FOLDER = "azureml-models"

look_further: Callable[[str, str | None], Path | None] | None = None
"""Where else the folder of a model, by name and version, may be; the command sets it."""


class Model:
    """The part of ``azureml.core.model.Model`` that an entry script uses while it serves."""

    @staticmethod
    def get_model_path(
        model_name: str, version: int | str | None = None, _workspace: object = None
    ) -> str:
        """Return the file or folder of a model.

        Looked for as ``$AZUREML_MODEL_DIR[/name[/version]]``, then as
        ``azureml-models/name/version`` below the working directory, and last among the models that
        are registered on this machine, unless ``--compat published`` is given. Of several versions
        the newest is taken when none is named. A folder that holds one single file stands for that
        file, as a model that was registered from a file does.

        Raises:
            FileNotFoundError: there is no such model; the message lists what there is.

        """
        wanted = None if version is None else str(version)
        model_dir = os.environ.get("AZUREML_MODEL_DIR")
        found = find_registered_model(model_name, wanted, model_dir)
        if found is None and look_further is not None:
            elsewhere = look_further(model_name, wanted)
            found = None if elsewhere is None else model_content(elsewhere)
        if found is None:
            raise FileNotFoundError(explain_missing_model(model_name, wanted, model_dir))
        return str(found)


def find_registered_model(
    name: str, version: str | None, model_dir: str | None, working_dir: Path | None = None
) -> Path | None:
    """Return what ``Model.get_model_path`` returns there; None if there is no such model.

    Args:
        name: the model's name.
        version: its version; None for the newest.
        model_dir: what AZUREML_MODEL_DIR says.
        working_dir: the folder that the script runs in; the current one by default.

    """
    for root, is_certain in _roots(model_dir, working_dir):
        if found := _find(root, name, version, is_certain=is_certain):
            return found
    return None


def _roots(model_dir: str | None, working_dir: Path | None) -> Iterator[tuple[Path, bool]]:
    """Yield the folders that models lie in, and whether one may be a model's own folder."""
    if model_dir:
        yield Path(model_dir), True
    yield (working_dir or Path()) / _LOCAL_FOLDER, False


def _find(root: Path, name: str, version: str | None, *, is_certain: bool) -> Path | None:
    if (model := root / name).is_dir():
        return _version(model, version)
    if model.is_file() and version is None:
        return model
    # …/name/version is the folder of the one model of a deployment.
    if is_certain and root.parent.name == name and version in {None, root.name}:
        return model_content(root)
    # A plain folder, which is the model whatever it is called.
    if is_certain and version is None and root.is_dir() and not model_names(root):
        return model_content(root)
    return None


def _version(model: Path, version: str | None) -> Path | None:
    if version is not None:
        folder = model / version
        return model_content(folder) if folder.exists() else None
    versions = _versions(model)
    return model_content(model / versions[-1]) if versions else model_content(model)


def _versions(model: Path) -> list[str]:
    numbers = [entry.name for entry in model.iterdir() if entry.is_dir() and entry.name.isdigit()]
    return sorted(numbers, key=int)


def model_content(folder: Path) -> Path:
    """Return what stands for a model: its folder, or the single file in it."""
    if not folder.is_dir():
        return folder
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    return entries[0] if len(entries) == 1 and entries[0].is_file() else folder


def model_names(root: Path) -> list[str]:
    """Return what the models in a model folder are called; none for a plain folder."""
    return [root.parent.name] if _is_registered(root) else _models(root)


def _is_registered(folder: Path) -> bool:
    """Return whether a folder is a version in a registry: the folder above it has the name."""
    return folder.name.isdigit() and (folder.parent / f"{folder.name}.sha256").is_file()


def _models(root: Path) -> list[str]:
    """Return the models below ``root`` that are laid out as name/version."""
    if not root.is_dir():
        return []
    return sorted(entry.name for entry in root.iterdir() if entry.is_dir() and _versions(entry))


def explain_missing_model(
    name: str, version: str | None, model_dir: str | None, working_dir: Path | None = None
) -> str:
    """Return what there is instead of a model that was not found."""
    wanted = name if version is None else f"{name}, version {version},"
    lines = [f"The model {wanted} is not on this machine."]
    for root, _ in _roots(model_dir, working_dir):
        if not root.is_dir():
            lines.append(f"{root} does not exist.")
            continue
        held = _held(root)
        lines.append(f"{root} holds {', '.join(held) or 'nothing'}.")
    if not model_dir:
        lines.append("AZUREML_MODEL_DIR is not set.")
    return " ".join(lines)


def _held(root: Path) -> list[str]:
    if _is_registered(root):
        return [f"{root.parent.name} ({root.name})"]
    models = [f"{model} ({', '.join(_versions(root / model))})" for model in _models(root)]
    return models or sorted(entry.name for entry in root.iterdir())[:20]
