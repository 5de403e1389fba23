"""From the files of Azure ML's first version to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.deployment.formats.deployment_config import (
    read_deployment_config,
    refuse_the_cloud,
)
from azmlinfsrv.deployment.formats.environments import packages_v1
from azmlinfsrv.deployment.formats.inference_config import (
    INFERENCE_CONFIG,
    check_environment,
    note_legacy,
)
from azmlinfsrv.deployment.formats.json_document import read_json
from azmlinfsrv.deployment.formats.keys import read_keys
from azmlinfsrv.deployment.formats.kinds import refuse_other_file
from azmlinfsrv.deployment.formats.locations import find_folder, find_script
from azmlinfsrv.deployment.formats.models import models_named
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.variables import (
    check_variables,
    scoring_timeout_ms,
    service_variables,
    worker_count,
)
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan


def plan_from_v1(
    inference_config: Path, deployment_config: Path | None, models: Sequence[str], name: str
) -> DeploymentPlan:
    """Return what ``inferenceconfig.json`` and ``deploymentconfig.json`` ask for.

    Args:
        inference_config: the file that names the script and its environment.
        deployment_config: the file that names the port; None for a free one.
        models: what the command line names: ``name:version``, ``name@latest``, or a path from the
            working directory.
        name: the service's name.

    Raises:
        DeploymentFileError: with every problem of both files.

    """
    report = Report()
    config = _read_inference(inference_config, report)
    compute = read_deployment_config(deployment_config, report) if deployment_config else None
    if compute is not None:
        refuse_the_cloud(compute, report)
    source = script = None
    dependencies = Dependencies()
    if config is not None:
        source, script = _code(inference_config, config, report)
        dependencies = packages_v1(inference_config, config, report)
    named = models_named(models, report)
    if report.problems or config is None or source is None or script is None:
        raise DeploymentFileError(report.problems)
    variables = config.get("environment.environmentVariables", Section)
    return DeploymentPlan(
        name=name,
        entry_script=script,
        source_folder=source,
        models=named,
        environment=service_variables(variables),
        worker_count=worker_count(variables),
        scoring_timeout_ms=scoring_timeout_ms(variables),
        port=compute.get("port", int) if compute else None,
        dependencies=dependencies,
        description=config.get("description", str),
        files=tuple(file.absolute() for file in (inference_config, deployment_config) if file),
        notes=report.notes,
    )


def _read_inference(file: Path, report: Report) -> Section | None:
    try:
        root = read_json(file, "inference configuration")
        refuse_other_file(root, "inference")
    except DeploymentFileError as error:
        report.add(error)
        return None
    section = read_keys(INFERENCE_CONFIG, root, report)
    if section is not None:
        note_legacy(section, report)
        check_environment(section, report)
        check_variables(section.get("environment.environmentVariables", Section), report)
    return section


def _code(file: Path, config: Section, report: Report) -> tuple[Path | None, Path | None]:
    named, entry = config.get("sourceDirectory", str), config.get("entryScript", str)
    source: Path | None = file.absolute().parent
    if config.has("sourceDirectory"):
        at = config.at("sourceDirectory")
        source = find_folder(file.parent, named, at, report) if named else None
    if source is None or entry is None:
        return source, None
    return source, find_script(source, entry, config.at("entryScript"), report)
