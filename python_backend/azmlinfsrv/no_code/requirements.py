"""What an MLflow model says that its environment has to hold."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

_FILE = "requirements.txt"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# mlflow-skinny serves as well.
_PASSED_OVER = frozenset({"mlflow", "mlflow-skinny"})
_MOST_BYTES = 100_000


def requirements_file(model: Path) -> Path:
    """Return the file of a model's requirements, which need not exist."""
    return model / _FILE


def missing_requirements(model: Path) -> list[str]:
    """Return the distributions that a model names and this interpreter lacks, in any version.

    MLflow itself compares the versions when it loads the model.
    """
    try:
        with requirements_file(model).open(encoding="utf-8") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    # Under a condition it may not be meant for this interpreter.
    names = [found.group() for line in lines if ";" not in line and (found := _NAME.match(line))]
    return [name for name in names if name.lower() not in _PASSED_OVER and not _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
