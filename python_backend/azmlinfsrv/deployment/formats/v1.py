"""From the files of Azure ML's first version to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.deployment.formats import deployment_config
from azmlinfsrv.deployment.formats.conda import conda_dependencies, read_conda_file
from azmlinfsrv.deployment.formats.inference_config import INFERENCE_CONFIG, note_legacy
from azmlinfsrv.deployment.formats.json_document import read_json
from azmlinfsrv.deployment.formats.keys import Section, read_keys
from azmlinfsrv.deployment.formats.locations import find_file, find_folder, find_within
from azmlinfsrv.deployment.formats.models import models_named
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan


def plan_from_v1(
    inference_config: Path, deployment_config: Path | None, models: Sequence[str], name: str
) -> DeploymentPlan:
    """Return what ``inferenceconfig.json`` and ``deploymentconfig.json`` ask for.

    Args:
        inference_config: the file that names the script and its environment.
        deployment_config: the file that names the port; None for a free one.
        models: what the command line names, ``name:version`` or a path from the working directory.
        name: the service's name.

    Raises:
        DeploymentFileError: with every problem of both files.

    """
    report = Report()
    config = _read(inference_config, report)
    compute = _read_deployment(deployment_config, report) if deployment_config else None
    script = source = None
    dependencies = Dependencies()
    if config is not None:
        note_legacy(config, report)
        source = _source_folder(inference_config, config, report)
        entry = config.get("entryScript", str)
        if source is not None and entry is not None:
            script = find_within(source, entry, config.at("entryScript"), report)
        dependencies = _dependencies(inference_config, config, report)
    references = models_named(models, report)
    if report.problems or config is None or script is None or source is None:
        raise DeploymentFileError(report.problems)
    return DeploymentPlan(
        name=name,
        entry_script=script,
        source_folder=source,
        models=references,
        environment=config.get("environment.environmentVariables", dict) or {},
        port=compute.get("port", int) if compute else None,
        dependencies=dependencies,
        files=tuple(file.absolute() for file in (inference_config, deployment_config) if file),
        notes=tuple(report.notes),
    )


def _read(file: Path, report: Report) -> Section | None:
    try:
        return read_keys(INFERENCE_CONFIG, read_json(file, "inference configuration"), report)
    except DeploymentFileError as error:
        report.problems += error.problems
        return None


def _read_deployment(file: Path, report: Report) -> Section | None:
    try:
        root = read_json(file, "deployment configuration")
    except DeploymentFileError as error:
        report.problems += error.problems
        return None
    section = read_keys(deployment_config.keys_of(root), root, report)
    if section is not None:
        deployment_config.check_contradictions(section, report)
        deployment_config.refuse_the_cloud(section, report)
    return section


def _source_folder(file: Path, config: Section, report: Report) -> Path | None:
    named = config.get("sourceDirectory", str)
    if named is None:
        return None if config.has("sourceDirectory") else file.absolute().parent
    return find_folder(file.parent, named, config.at("sourceDirectory"), report)


def _dependencies(file: Path, config: Section, report: Report) -> Dependencies:
    if not config.has("environment"):
        return _conda_file(file, config, "condaFile", report)
    python = config.get("environment.python", Section)
    if python is None:
        return Dependencies()
    inline = python.get("condaDependencies", Section)
    if inline is not None:
        return conda_dependencies(file.absolute(), inline, report)
    return _conda_file(file, python, "condaDependenciesFile", report)


def _conda_file(file: Path, section: Section, key: str, report: Report) -> Dependencies:
    named = section.get(key, str)
    if named is None:
        return Dependencies()
    found = find_file(file.parent, named, section.at(key), report)
    if found is None:
        return Dependencies()
    try:
        return read_conda_file(found, report)
    except DeploymentFileError as error:
        report.problems += error.problems
        return Dependencies()
