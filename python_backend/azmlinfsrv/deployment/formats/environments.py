"""The packages that the environment of a deployment names, whichever way it names them."""

from __future__ import annotations

from pathlib import Path

from azmlinfsrv.deployment.formats.conda import CONDA, conda_dependencies, read_conda_file
from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.keys import read_keys
from azmlinfsrv.deployment.formats.locations import find_file
from azmlinfsrv.deployment.formats.online_deployment import ENVIRONMENT
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.plan import Dependencies


def packages_v1(file: Path, config: Section, report: Report) -> Dependencies:
    """Return what an inference configuration names."""
    if not config.has("environment"):
        return _named_file(file, config, "condaFile", report)
    python = config.get("environment.python", Section)
    if python is None:
        name = config.get("environment.name", str)
        if name is not None:
            report.note(
                config.at("environment"),
                f"`environment`: it says nothing of the packages of {name}; none are compared.",
            )
        return Dependencies()
    inline = python.get("condaDependencies", Section)
    if inline is not None and python.has("condaDependenciesFile"):
        report.note(
            python.at("condaDependenciesFile"),
            "`condaDependenciesFile` is not read: `condaDependencies` stands in the same place.",
        )
    if python.get("userManagedDependencies", bool):
        if inline is not None or python.has("condaDependenciesFile"):
            report.note(
                python.at("userManagedDependencies"),
                "`userManagedDependencies` is true: the image brings the packages, those that are "
                "named here are neither installed nor compared.",
            )
        return Dependencies()
    if inline is not None:
        return conda_dependencies(file.absolute(), inline, report)
    return _named_file(file, python, "condaDependenciesFile", report)


def read_environment_file(deployment: Section, report: Report) -> None:
    """Put what ``environment: file:environment.yml`` names in its place."""
    named = deployment.get("environment", str)
    file = deployment.place.file
    if named is None or file is None or not named.startswith("file:"):
        return
    found = find_file(file.parent, named, deployment.at("environment"), report)
    if found is None:
        return
    try:
        section = read_keys(ENVIRONMENT, read_yaml(found, "environment file"), report)
    except DeploymentFileError as error:
        report.add(error)
        return
    if section is not None:
        deployment.values["environment"] = section


def packages_v2(deployment: Section, report: Report) -> Dependencies:
    """Return what the file of an online deployment names."""
    reference = deployment.get("environment", str)
    if reference is not None and not reference.startswith("file:"):
        report.note(
            deployment.at("environment"),
            f"`environment`: the packages of {reference} are known in Azure only; none are "
            "compared. An environment that is described in the file can be.",
        )
    environment = deployment.get("environment", Section)
    if environment is None or environment.place.file is None:
        return Dependencies()
    file = environment.place.file
    inline = environment.get("conda_file", Node)
    if inline is not None:
        conda = read_keys(CONDA, inline, report)
        return conda_dependencies(file.absolute(), conda, report) if conda else Dependencies()
    return _named_file(file, environment, "conda_file", report)


def _named_file(file: Path, section: Section, key: str, report: Report) -> Dependencies:
    named = section.get(key, str)
    found = find_file(file.parent, named, section.at(key), report) if named else None
    if found is None:
        return Dependencies()
    try:
        return read_conda_file(found, report)
    except DeploymentFileError as error:
        report.add(error)
        return Dependencies()
