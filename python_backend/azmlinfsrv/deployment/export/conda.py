"""The conda file of a deployment in Azure: what the script needs, and the published server."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from azmlinfsrv.deployment.export.errors import ExportError
from azmlinfsrv.deployment.export.secret_variables import without_secrets
from azmlinfsrv.deployment.export.yaml_text import tree_of, yaml_text
from azmlinfsrv.deployment.formats.problems import DeploymentFileError
from azmlinfsrv.deployment.formats.requirements import (
    bare_requirement,
    is_path,
    without_credentials,
)
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.packaging.dependencies import NeededDependencies
from azmlinfsrv.deployment.plan import Dependencies

CONDA = "conda.yml"
SERVER = "azureml-inference-server-http"
_BRINGS_SERVER = {SERVER, "azureml-defaults"}
_OURS = "azmlinfsrv"
_DEFAULT_CHANNELS = ["conda-forge"]
_PATH_OPTION = re.compile(r"(?:-c|--constraint|-e|--editable|-f|--find-links)\s+(?P<path>.+)")
_HASHES = re.compile(r"\s+--hash[= ]\S+")
_YAML = (".yml", ".yaml")


@dataclass(frozen=True)
class CondaFile:
    """A conda file: its text, and what the user should know of it."""

    text: str
    notes: tuple[str, ...]


def conda_file(name: str, needed: NeededDependencies, inline: Any = None) -> CondaFile:
    """Return the conda file of a deployment.

    Args:
        name: what the environment is called, where no file names it.
        needed: the packages.
        inline: the conda mapping that stands in a file of the deployment itself, if one does.

    Raises:
        ExportError: a package is on this machine only.

    """
    found = needed.dependencies
    own = _own_mapping(found, inline)
    notes = list(needed.notes)
    pip = list(_pip_lines(found, notes))
    names = {_name(line) for line in pip}
    if not names & _BRINGS_SERVER:
        pip.insert(0, SERVER)
        notes.append(f"conda.yml has {SERVER}, the server that answers in Azure.")
    python = f"python={found.python}" if found.python else f"python{found.python_range or ''}"
    if not (found.python or found.python_range):
        python = "python={}.{}".format(*sys.version_info[:2])
    channels = own.get("channels") or _DEFAULT_CHANNELS
    document = {
        "name": own.get("name") or name,
        "channels": channels,
        "dependencies": [python, *_without_pip(found.conda), "pip", {"pip": pip}],
        "variables": _variables(own.get("variables"), notes),
    }
    is_told = found.file is not None and found.file.name != CONDA
    head = [f"The packages are those of {found.file.name}."] if found.file and is_told else []
    return CondaFile(yaml_text(document, head), tuple(notes))


def _without_pip(packages: Sequence[str]) -> Iterator[str]:
    for package in packages:
        yield re.sub(r"(?<=://)[^/@\s]+@", "", package)


def _variables(found: Any, notes: list[str]) -> dict[str, str] | None:
    if not isinstance(found, dict):
        return None
    texts = {name: str(getattr(value, "text", value)) for name, value in found.items()}
    kept, secrets = without_secrets(texts)
    if secrets:
        notes.append(f"{', '.join(secrets)} may be a secret and is left out of conda.yml.")
    return kept


def _own_mapping(found: Dependencies, inline: Any) -> dict[str, Any]:
    if isinstance(inline, dict):
        return inline
    if found.file is None or found.file.suffix.lower() not in _YAML:
        return {}
    try:
        tree = tree_of(read_yaml(found.file, "conda file"))
    except DeploymentFileError:
        # It has been read before: someone has removed it since.
        return {}
    return tree if isinstance(tree, dict) and "dependencies" in tree else {}


def _pip_lines(found: Dependencies, notes: list[str]) -> Iterator[str]:
    # Whoever writes ranges into a conda file means them.
    pins = found.file is None or found.file.suffix.lower() not in _YAML
    for line in found.pip:
        _refuse_own_file(line)
        name = _name(line)
        if name == _OURS:
            notes.append(f"{_OURS} is left out of conda.yml: {SERVER} answers in Azure.")
            continue
        kept = _HASHES.sub("", line).strip()
        public = re.sub(r"(?<=://)[^/@\s]+@", "", kept)
        if public != kept:
            notes.append(
                f"The password in {without_credentials(kept)} is left out of conda.yml. Give it to "
                "Azure as a connection of the workspace, of the category Python feed."
            )
        yield _pinned(public) if pins else public


def _pinned(line: str) -> str:
    """Return a line with the version that is installed here, if it names none."""
    requirement = bare_requirement(line)
    if requirement is None or requirement.specifier or requirement.url:
        return line
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return line
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f"; {requirement.marker}" if requirement.marker else ""
    # Local versions, such as 2.1+cpu, are on no public index.
    return f"{requirement.name}{extras}=={installed.partition('+')[0]}{marker}"


def _refuse_own_file(line: str) -> None:
    option = _PATH_OPTION.fullmatch(line)
    path = option["path"] if option else line if is_path(line) else line.partition(" @ ")[2]
    is_own = path.startswith("file:") or (bool(path) and is_path(path))
    if is_own or (option and Path(path).is_absolute()):
        raise ExportError(
            f"the deployment wants {path} from this machine, which Azure cannot reach. Put it on "
            "an index of packages, or into the source folder without naming it here."
        )


def _name(line: str) -> str:
    requirement = bare_requirement(line)
    return canonicalize_name(requirement.name) if requirement else ""
