"""From the files of Azure ML's second version to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from azmlinfsrv.deployment.formats.deployment_checks import (
    check_contradictions,
    keys_of,
)
from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.environments import packages_v2, read_environment_file
from azmlinfsrv.deployment.formats.keys import read_keys
from azmlinfsrv.deployment.formats.kinds import refuse_other_file
from azmlinfsrv.deployment.formats.locations import find_folder, find_script
from azmlinfsrv.deployment.formats.models import model_of, models_named
from azmlinfsrv.deployment.formats.online_deployment import DEFAULT_TIMEOUT_MS
from azmlinfsrv.deployment.formats.online_endpoint import Endpoint, read_endpoint
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.variables import (
    scoring_timeout_ms,
    service_variables,
    worker_count,
)
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan, Probe, Route


def plan_from_v2(
    deployment: Path, endpoint: Path | None = None, models: Sequence[str] = ()
) -> DeploymentPlan:
    """Return what the YAML of an online deployment, and of its endpoint, ask for.

    Args:
        deployment: the file that names the script, its environment and its limits.
        endpoint: the file that says what a request has to bring; None for nothing.
        models: what the command line names, in place of the file's model.

    Raises:
        DeploymentFileError: with every problem of both files.

    """
    report = Report()
    described = _read_endpoint(endpoint, report) if endpoint else None
    section = _read_deployment(deployment, described, report)
    source = script = None
    named = models_named(models, report)
    dependencies = Dependencies()
    if section is not None:
        source, script = _code(deployment, section, report)
        in_file = model_of(deployment, section, report, is_replaced=bool(models))
        named = named if models else in_file
        dependencies = packages_v2(section, report)
    if report.problems or section is None or source is None or script is None:
        raise DeploymentFileError(report.problems)
    variables = section.get("environment_variables", Section)
    limit = section.get("request_settings.request_timeout_ms", int) or DEFAULT_TIMEOUT_MS
    return DeploymentPlan(
        name=f"{section.get('endpoint_name', str)}-{section.get('name', str)}",
        entry_script=script,
        source_folder=source,
        models=named,
        environment=service_variables(variables),
        worker_count=worker_count(variables),
        scoring_timeout_ms=scoring_timeout_ms(variables, limit),
        auth=described.auth if described else "none",
        app_insights=section.get("app_insights_enabled", bool) or False,
        liveness=_probe(section, "liveness_probe"),
        readiness=_probe(section, "readiness_probe"),
        dependencies=dependencies,
        route=_route(section, limit),
        **_description(section, described),
        files=tuple(file.absolute() for file in (deployment, endpoint) if file),
        notes=report.notes,
    )


def _read_deployment(file: Path, endpoint: Endpoint | None, report: Report) -> Section | None:
    try:
        root = read_yaml(file, "deployment file")
        refuse_other_file(root, "deployment")
    except DeploymentFileError as error:
        report.add(error)
        return None
    keys = keys_of(root)
    section = read_keys(keys, root, report)
    if section is not None:
        read_environment_file(section, report)
        check_contradictions(keys, section, endpoint, report)
    return section


def _read_endpoint(file: Path, report: Report) -> Endpoint | None:
    try:
        return read_endpoint(file, report)
    except DeploymentFileError as error:
        report.add(error)
        return None


def _code(file: Path, section: Section, report: Report) -> tuple[Path | None, Path | None]:
    if not section.has("code_configuration"):
        report.problem(
            section.place,
            "`code_configuration` is missing, so that no script is named. A model without a script "
            "is served by `azmlinfsrv serve-model --model PATH`.",
        )
        return None, None
    if not section.has("environment"):
        report.problem(
            section.place,
            "`environment` is missing. A deployment with a script needs it: azureml:name:version, "
            "or a mapping with image and conda_file.",
        )
    code = section.get("code_configuration", Section)
    if code is None:
        return None, None
    folder, script = code.get("code", str), code.get("scoring_script", str)
    source = find_folder(file.parent, folder, code.at("code"), report) if folder else None
    if source is None or script is None:
        return source, None
    return source, find_script(source, script, code.at("scoring_script"), report)


def _description(section: Section, endpoint: Endpoint | None) -> dict[str, Any]:
    """Return what the owner says of the deployment, and of its endpoint."""
    sections = [endpoint.section, section] if endpoint else [section]
    told = [text for each in sections if (text := each.get("description", str))]
    return {
        "description": told[-1] if told else None,
        "tags": _texts(sections, "tags"),
        "properties": _texts(sections, "properties"),
    }


def _texts(sections: Sequence[Section], name: str) -> dict[str, str]:
    nodes = [node for each in sections if (node := each.get(name, Node))]
    return {
        key.text: value.text
        for node in nodes
        for key, value in node.pairs
        if value.kind == "scalar" and not value.is_null
    }


def _route(section: Section, timeout_ms: int) -> Route:
    settings = "request_settings"
    instances = section.get("instance_count", int)
    return Route(
        endpoint=section.get("endpoint_name", str) or "",
        deployment=section.get("name", str) or "",
        timeout_ms=timeout_ms,
        at_once=(section.get(f"{settings}.max_concurrent_requests_per_instance", int) or 1)
        * (instances or section.get("scale_settings.max_instances", int) or 1),
        queue_ms=section.get(f"{settings}.max_queue_wait_ms", int),
    )


def _probe(section: Section, name: str) -> Probe:
    probe = section.get(name, Section)
    values = probe.values if probe is not None else {}
    return Probe(**{key: value for key, value in values.items() if isinstance(value, int)})
