"""In what an interpreter differs from what a deployment wants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion

from azmlinfsrv.deployment.dependencies.inquiry import Installed, ask
from azmlinfsrv.deployment.formats.requirements import bare_requirement, without_credentials
from azmlinfsrv.deployment.plan import Dependencies

Kind = Literal["python", "version", "missing", "unknown"]

# This server answers in their place.
_SERVERS = {"azureml-defaults", "azureml-inference-server-http"}
# It comes with this server, if the interpreter has none of its own.
_BROUGHT_ALONG = {"inference-schema"}
_CONDA_SPEC = re.compile(r"(?:[^:\s]+::)?(?P<name>[\w.-]+)\s*(?P<version>[^\s\[]*(?:\s*,\s*\S+)*)")


@dataclass(frozen=True)
class Difference:
    """One thing that the interpreter has otherwise than the deployment wants.

    Attributes:
        kind: ``python``, another version of Python; ``version``, another version of a package;
            ``missing``; ``unknown``, a package that cannot be compared.
        name: the package, or ``Python``.
        wanted: what the deployment names: ``==1.4``, or the whole requirement.
        found: the version that is there, if there is one.

    """

    kind: Kind
    name: str
    wanted: str
    found: str | None = None

    def __str__(self) -> str:
        if self.kind == "missing":
            return f"{self.name} is missing (wanted: {self.wanted or 'any version'})"
        if self.kind == "unknown":
            return f"{self.wanted} is not compared"
        return f"{self.name} is {self.found} (wanted: {self.wanted})"


def compare(dependencies: Dependencies, interpreter: Path) -> list[Difference]:
    """Return in what an interpreter differs from what a deployment wants.

    Args:
        dependencies: what it wants.
        interpreter: the Python that is to run the script. It is started to be asked.

    Returns:
        The differences: Python first, then the packages as the file lists them, those of pip before
        those of conda. None for packages that this server brings along.

    Raises:
        DependencyError: the interpreter cannot be asked.

    """
    if dependencies == Dependencies(dependencies.file):
        return []
    return compare_with(dependencies, ask(interpreter))


def compare_with(dependencies: Dependencies, installed: Installed) -> list[Difference]:
    """Return the same for an interpreter that has been asked."""
    return [
        *_python(dependencies, installed),
        *(found for line in dependencies.pip if (found := _pip(line, installed))),
        *(found for package in dependencies.conda if (found := _conda(package, installed))),
    ]


def _python(dependencies: Dependencies, installed: Installed) -> Iterator[Difference]:
    wanted, has = dependencies.python, installed.python
    if wanted and has.split(".")[: wanted.count(".") + 1] != wanted.split("."):
        yield Difference("python", "Python", wanted, has)
    wanted = dependencies.python_range
    if wanted and not _satisfies(has, SpecifierSet(wanted)):
        yield Difference("python", "Python", wanted, has)


def _pip(line: str, installed: Installed) -> Difference | None:
    requirement = bare_requirement(line)
    if requirement is None:
        is_package = not line.startswith("-") or line.startswith("-e")
        shown = without_credentials(line)
        return Difference("unknown", shown, shown) if is_package else None
    if requirement.marker and not requirement.marker.evaluate(dict(installed.markers)):
        return None
    return _distribution(requirement, installed)


def _distribution(requirement: Requirement, installed: Installed) -> Difference | None:
    name = canonicalize_name(requirement.name)
    if name in _SERVERS:
        return None
    has = installed.distributions.get(name)
    wanted = str(requirement.specifier) or without_credentials(requirement.url or "")
    if has is None:
        is_here = name in _BROUGHT_ALONG
        return None if is_here else Difference("missing", requirement.name, wanted)
    if _satisfies(has, requirement.specifier):
        return None
    return Difference("version", requirement.name, wanted, has)


def _conda(package: str, installed: Installed) -> Difference | None:
    found = _CONDA_SPEC.match(package)
    if found is None:
        return Difference("unknown", package, package)
    name, wanted = found["name"], found["version"].strip()
    if canonicalize_name(name) in _SERVERS:
        return None
    has = installed.conda.get(name.lower()) or installed.distributions.get(canonicalize_name(name))
    if has is None:
        if canonicalize_name(name) in _BROUGHT_ALONG:
            return None
        # Outside of conda a package such as libgomp leaves no trace.
        return Difference("missing", name, wanted)
    try:
        is_right = _satisfies(has, SpecifierSet(as_pip(wanted)))
    except InvalidSpecifier:
        return Difference("unknown", name, package, has)
    return None if is_right else Difference("version", name, wanted, has)


def as_pip(wanted: str) -> str:
    """Return a version of conda as pip writes it: ``=1.26`` is ``==1.26.*``."""
    parts = []
    for part in filter(None, wanted.split(",")):
        # A build string may follow: =1.26.4=py310_0.
        text = re.sub(r"^(={0,2}[^=<>!~]+)=.*$", r"\1", part.strip())
        if text.startswith("==") or text[0] in "<>!~":
            parts.append(text)
        else:
            version = text.lstrip("=").removesuffix("*").removesuffix(".")
            parts.append(f"=={version}.*" if version else "")
    return ",".join(filter(None, parts))


def _satisfies(version: str, specifier: SpecifierSet) -> bool:
    try:
        return specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return False
