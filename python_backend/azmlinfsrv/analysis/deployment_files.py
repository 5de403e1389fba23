"""What a deployment file says: which script Azure ML runs, with which model and variables.

Two formats: the YAML of a managed or Kubernetes online deployment, and ``inferenceconfig.json`` of
the first version of Azure ML.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Any

from azmlinfsrv.analysis.project_files import project_files

YAML_PATTERNS = ("*deployment*.yml", "*deployment*.yaml")
INFERENCE_CONFIG = "inferenceconfig.json"
# PyYAML reads some 100 kB a second, and every project file of such a name is read.
MAX_BYTES = 250_000


@dataclass(frozen=True)
class Deployment:
    """One deployment of an entry script that is there.

    Attributes:
        file: where it is described.
        entry_script: the script that it runs.
        model_dir: the model's folder on this machine; None for a registered model, which is not.
        environment: the variables that it sets.

    """

    file: Path
    entry_script: Path
    model_dir: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def find_deployments(folder: Path) -> list[Deployment]:
    """Return the deployments that files below ``folder`` describe, nearest to it first."""
    files = sorted(
        project_files(folder, _is_deployment_file), key=lambda file: (len(file.parts), str(file))
    )
    return [deployment for file in files if (deployment := read_deployment(file))]


def read_deployment(file: Path) -> Deployment | None:
    """Return what a deployment file describes; None if it names no script that is there."""
    try:
        status = file.stat()
        document = _document(file, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        return None
    if file.name == INFERENCE_CONFIG:
        return _from_inference_config(file, document)
    return _from_yaml(file, document)


# Each script of a project asks for the same few files. Whether the script and the model that they
# name are there is looked up anew.
@lru_cache(maxsize=64)
def _document(file: Path, _modified: int, size: int) -> Mapping[str, Any]:
    if size > MAX_BYTES:
        return {}
    text = file.read_text(encoding="utf-8-sig")
    return _parse_json(text) if file.name == INFERENCE_CONFIG else _parse_yaml(text)


def _is_deployment_file(name: str) -> bool:
    return name == INFERENCE_CONFIG or any(fnmatch(name, pattern) for pattern in YAML_PATTERNS)


def _from_yaml(file: Path, document: Mapping[str, Any]) -> Deployment | None:
    code = _mapping(document, "code_configuration")
    script = _script(file.parent, code.get("code", "."), code.get("scoring_script"))
    if script is None:
        return None
    path = _mapping(document, "model").get("path")
    return Deployment(
        file,
        script,
        _model_folder(file.parent / path) if isinstance(path, str) else None,
        _variables(_mapping(document, "environment_variables")),
    )


def _from_inference_config(file: Path, document: Mapping[str, Any]) -> Deployment | None:
    source = document.get("sourceDirectory") or "."
    script = _script(file.parent, source, document.get("entryScript"))
    if script is None:
        return None
    environment = _mapping(document, "environment")
    return Deployment(
        file, script, environment=_variables(_mapping(environment, "environmentVariables"))
    )


def _script(root: Path, folder: object, name: object) -> Path | None:
    if not isinstance(folder, str) or not isinstance(name, str):
        return None
    # Azure ML's mark of what lies on this machine.
    script = root / folder.removeprefix("file:") / name
    try:
        return script if script.is_file() else None
    except (OSError, ValueError):
        return None


def _model_folder(path: Path) -> Path | None:
    if not path.exists():
        return None
    return path if path.is_dir() else path.parent


def _mapping(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    return value if isinstance(value, dict) else {}


def _variables(mapping: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(name): "" if value is None else str(value)
        for name, value in mapping.items()
        if not isinstance(value, (dict, list))
    }


def _parse_json(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _parse_yaml(text: str) -> Mapping[str, Any]:
    # Only a project with a deployment file pays for the import.
    import yaml

    try:
        # Every value stays as it is written: `1.10` and `true` are environment variables. This
        # loader makes nothing but texts, lists and mappings.
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except (ValueError, RecursionError, yaml.YAMLError):
        return {}
    return document if isinstance(document, dict) else {}
