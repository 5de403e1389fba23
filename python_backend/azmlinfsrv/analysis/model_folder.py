"""Which folder AZUREML_MODEL_DIR names for a script: one answer for F5, check and the editor."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.deployment_files import YAML_PATTERNS, read_deployment

MODEL_VARIABLE = "AZUREML_MODEL_DIR"
_CONVENTIONAL_NAMES = ("model", "models")


@dataclass(frozen=True)
class ModelFolder:
    """A model folder and where its name comes from (for people: "the setting …")."""

    path: str
    source: str


@dataclass(frozen=True)
class ModelFolderRequest:
    """What is known when a model folder is looked for.

    Attributes:
        script: the entry script.
        root: the folder that relative names and project files belong to (the workspace folder).
        option: the command-line option or the debug configuration's ``modelDir``.
        setting: the editor's setting.
        environment: the environment the script will run in.

    """

    script: Path
    root: Path
    option: str | None = None
    setting: str | None = None
    environment: Mapping[str, str] | None = None


def find_model_folder(request: ModelFolderRequest) -> ModelFolder | None:
    """Return the first answer in this order, or None.

    Option or attribute, setting, deployment file, config.json, environment, then a folder
    ``model`` or ``models`` beside the script.
    """
    sources: tuple[Callable[[ModelFolderRequest], ModelFolder | None], ...] = (
        _from_option,
        _from_setting,
        _from_deployment_file,
        _from_config_file,
        _from_environment,
        _from_convention,
    )
    for source in sources:
        if folder := source(request):
            return folder
    return None


def _from_option(request: ModelFolderRequest) -> ModelFolder | None:
    return ModelFolder(_absolute(request, request.option), "modelDir") if request.option else None


def _from_setting(request: ModelFolderRequest) -> ModelFolder | None:
    if not request.setting:
        return None
    return ModelFolder(_absolute(request, request.setting), "setting azmlinfsrv.modelDir")


def _from_deployment_file(request: ModelFolderRequest) -> ModelFolder | None:
    for file in _project_files(request, *YAML_PATTERNS):
        deployment = read_deployment(file)
        if (
            deployment
            and deployment.model_dir
            and _same_file(deployment.entry_script, request.script)
        ):
            return ModelFolder(str(deployment.model_dir), file.name)
    return None


def _from_config_file(request: ModelFolderRequest) -> ModelFolder | None:
    for file in _project_files(request, "config.json"):
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        named = document.get(MODEL_VARIABLE) if isinstance(document, dict) else None
        if isinstance(named, str) and named:
            return ModelFolder(_absolute(request, named), file.name)
    return None


def _from_environment(request: ModelFolderRequest) -> ModelFolder | None:
    environment = os.environ if request.environment is None else request.environment
    named = environment.get(MODEL_VARIABLE)
    return ModelFolder(named, f"environment variable {MODEL_VARIABLE}") if named else None


def _from_convention(request: ModelFolderRequest) -> ModelFolder | None:
    for name in _CONVENTIONAL_NAMES:
        folder = request.script.parent / name
        if folder.is_dir():
            return ModelFolder(str(folder), f"{name}/ beside the script")
    return None


def _absolute(request: ModelFolderRequest, named: str) -> str:
    return str(request.root / Path(named).expanduser())


def _project_files(request: ModelFolderRequest, *patterns: str) -> Iterator[Path]:
    for folder in dict.fromkeys((request.script.parent, request.root)):
        for pattern in patterns:
            yield from sorted(folder.glob(pattern))


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
