"""What an interpreter has installed, asked of itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name

from azmlinfsrv.deployment.dependencies.errors import DependencyError

_PATIENCE_SECONDS = 60
_MARK = "azmlinfsrv:"
# The working directory is no place for libraries here: a json.py may lie in it. The answer has a
# mark, because a sitecustomize may print.
_QUESTION = """
import sys
sys.path[:] = [folder for folder in sys.path if folder]
import importlib.metadata, json, os, platform
found = {}
for distribution in importlib.metadata.distributions():
    name = distribution.metadata["Name"]
    if name and name not in found:
        found[name] = distribution.version
history = os.path.join(sys.prefix, "conda-meta")
records = os.listdir(history) if os.path.isdir(history) else []
conda = [name[:-5] for name in records if name.endswith(".json")]
version = platform.python_version()
implementation = sys.implementation
print("azmlinfsrv:" + json.dumps({"distributions": found, "conda": conda, "markers": {
    "implementation_name": implementation.name,
    "implementation_version": version,
    "os_name": os.name,
    "platform_machine": platform.machine(),
    "platform_python_implementation": platform.python_implementation(),
    "platform_release": platform.release(),
    "platform_system": platform.system(),
    "platform_version": platform.version(),
    "python_full_version": version,
    "python_version": ".".join(platform.python_version_tuple()[:2]),
    "sys_platform": sys.platform,
}}))
"""


@dataclass(frozen=True)
class Installed:
    """What an interpreter has.

    Attributes:
        distributions: versions by canonical name, as pip sees them.
        conda: versions by name, if the interpreter is that of a conda environment.
        markers: the values of environment markers there, ``python_full_version`` among them.

    """

    distributions: Mapping[str, str]
    conda: Mapping[str, str]
    markers: Mapping[str, str]

    @property
    def python(self) -> str:
        """The version of Python, such as ``3.11.7``."""
        return self.markers["python_full_version"]


def ask(interpreter: Path) -> Installed:
    """Return what an interpreter has installed.

    Raises:
        DependencyError: it does not run, or does not answer within a minute.

    """
    try:
        answer = subprocess.run(  # noqa: S603 - the interpreter that the user has chosen
            [str(interpreter), "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            encoding="utf-8",
            errors="replace",
            check=True,
        )
        marked = [line for line in answer.stdout.splitlines() if line.startswith(_MARK)]
        told = json.loads(marked[-1].removeprefix(_MARK))
    except subprocess.CalledProcessError as error:
        last = ([*error.stderr.strip().splitlines(), ""][-1] or f"status {error.returncode}")[:300]
        raise DependencyError(f"{interpreter} cannot tell what it has installed: {last}") from error
    except subprocess.TimeoutExpired as error:
        raise DependencyError(
            f"{interpreter} does not answer within {_PATIENCE_SECONDS} s. Is it a Python?"
        ) from error
    except (OSError, ValueError, IndexError) as error:
        reason = getattr(error, "strerror", None) or "it is no Python"
        raise DependencyError(f"{interpreter} cannot be run: {reason}.") from error
    return Installed(
        {canonicalize_name(name): version for name, version in told["distributions"].items()},
        dict(_conda_package(name) for name in told["conda"]),
        told["markers"],
    )


def _conda_package(record: str) -> tuple[str, str]:
    """Split the name of a record in conda-meta: ``numpy-1.26.4-py310h5f9d8c6_0``."""
    parts = record.rsplit("-", 2)
    return (parts[0].lower(), parts[1]) if len(parts) > 2 else (record.lower(), "")
