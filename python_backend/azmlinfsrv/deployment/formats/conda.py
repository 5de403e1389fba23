"""The packages that a deployment names: in a conda file, or in a conda mapping of its own file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from azmlinfsrv.deployment.formats.containers import Anything, Items, ListOf, Variables
from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.keys import Keys, describes, read_keys, taken
from azmlinfsrv.deployment.formats.problems import Place, Report
from azmlinfsrv.deployment.formats.requirements import RequirementsReader
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.values import Text
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.plan import Dependencies

CONDA = Keys(
    "a conda environment",
    {
        "name": describes(Text(numbers=True)),
        "channels": describes(ListOf(Text())),
        "dependencies": taken(Items("a list of packages")),
        "variables": describes(Variables()),
        "prefix": describes(Text()),
        "platforms": describes(ListOf(Text())),
        "category": describes(Text()),
        "metadata": describes(Anything()),
    },
    elsewhere={"pip": "It belongs under dependencies, as an item `- pip:` with a list."},
)
_SPEC = re.compile(
    r"(?:(?P<channel>[\w./-]+)::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<rest>(?:\[.*\]|[\s=<>!~].*)?)"
)


def read_conda_file(file: Path, report: Report) -> Dependencies:
    """Return what a conda file names; its mistakes are told to the report."""
    section = read_keys(CONDA, read_yaml(file, "conda file"), report)
    return Dependencies(file) if section is None else conda_dependencies(file, section, report)


def conda_dependencies(file: Path, section: Section, report: Report) -> Dependencies:
    """Return what a conda mapping within ``file`` names."""
    python: tuple[str | None, str | None] = None, None
    pip: list[str] = []
    reader = RequirementsReader(report)
    conda: list[str] = []
    for item in section.get("dependencies", list) or []:
        if item.kind == "mapping":
            pip += _pip_lines(item, reader, report)
            continue
        if item.kind != "scalar" or not isinstance(item.value, str):
            report.problem(item.place, "A package of conda is a text such as numpy=1.26.")
            continue
        found = _SPEC.fullmatch(item.text.strip())
        if not found:
            report.problem(
                item.place, f'"{item.text[:60]}" is no package of conda. Write name=version.'
            )
        elif found["name"].lower() == "python":
            python = _python(item.place, found["rest"], report)
        elif found["name"].lower() != "pip":
            conda.append(item.text.strip())
    return Dependencies(file, *python, tuple(pip), tuple(conda))


def _pip_lines(item: Node, reader: RequirementsReader, report: Report) -> Iterable[str]:
    for key, value in item.pairs:
        if key.text != "pip":
            report.problem(
                key.place, f"`{key.text}`: among the packages of conda only pip has a list."
            )
        elif value.kind != "list":
            if not value.is_null:
                report.problem(value.place, "`pip` takes a list of requirements.")
        else:
            for requirement in value.items:
                if requirement.kind != "scalar" or not isinstance(requirement.value, str):
                    report.problem(
                        requirement.place, "A requirement of pip is a text such as numpy==1.26."
                    )
                    continue
                yield from reader.lines(requirement.text, requirement.place)


def _python(place: Place, rest: str, report: Report) -> tuple[str | None, str | None]:
    """Return the version and the range of versions that a conda package names."""
    text = rest.strip()
    # A build string may come after the version: python=3.10.4=h12debd9_0.
    exact = re.fullmatch(r"={1,2}\s*(\d+(?:\.\d+){0,2})(?:\.\*|\*)?(?:[=\s].*)?", text)
    bare = re.fullmatch(r"(\d+(?:\.\d+){0,2})(?:\.\*|\*)?", text)
    found = exact or bare
    if found:
        return found[1], None
    if not text:
        return None, None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return None, str(SpecifierSet(text))
    except InvalidSpecifier:
        report.problem(place, f'"{text[:60]}" is no version of Python. Write python=3.10.')
        return None, None
