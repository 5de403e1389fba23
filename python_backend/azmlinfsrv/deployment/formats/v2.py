"""From the files of Azure ML's second version to a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.deployment.formats.conda import CONDA, conda_dependencies, read_conda_file
from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.keys import Section, read_keys
from azmlinfsrv.deployment.formats.locations import find_file, find_folder, find_within
from azmlinfsrv.deployment.formats.models import model_of, models_named
from azmlinfsrv.deployment.formats.online_deployment import (
    DEFAULT_TIMEOUT_MS,
    check_contradictions,
    keys_of,
)
from azmlinfsrv.deployment.formats.online_endpoint import Endpoint, read_endpoint
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.formats.yaml_document import read_yaml
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan, Probe


def plan_from_v2(
    deployment: Path, endpoint: Path | None = None, models: Sequence[str] = ()
) -> DeploymentPlan:
    """Return what the YAML of an online deployment, and of its endpoint, ask for.

    Args:
        deployment: the file that names the script, its environment and its limits.
        endpoint: the file that says what requests have to bring; None for nothing.
        models: what the command line names, in place of the file's model.

    Raises:
        DeploymentFileError: with every problem of both files.

    """
    report = Report()
    section = _read_deployment(deployment, report)
    described = _read_endpoint(endpoint, report) if endpoint else None
    source = script = None
    named: tuple[str, ...] = ()
    dependencies = Dependencies()
    if section is not None:
        source, script = _code(deployment, section, report)
        named = model_of(deployment, section, report) if not models else ()
        dependencies = _dependencies(deployment, section, report)
        if described is not None:
            _check_names(section, described, report)
    named = named or models_named(models, report)
    if report.problems or section is None or source is None or script is None:
        raise DeploymentFileError(report.problems)
    return DeploymentPlan(
        name=f"{section.get('endpoint_name', str)}-{section.get('name', str)}",
        entry_script=script,
        source_folder=source,
        models=named,
        environment=section.get("environment_variables", dict) or {},
        worker_count=_worker_count(section),
        scoring_timeout_ms=section.get("request_settings.request_timeout_ms", int)
        or DEFAULT_TIMEOUT_MS,
        auth=described.auth if described else "none",
        app_insights=section.get("app_insights_enabled", bool) or False,
        liveness=_probe(section, "liveness_probe"),
        readiness=_probe(section, "readiness_probe"),
        dependencies=dependencies,
        files=tuple(file.absolute() for file in (deployment, endpoint) if file),
        notes=tuple(report.notes),
    )


def _read_deployment(file: Path, report: Report) -> Section | None:
    try:
        root = read_yaml(file, "deployment file")
    except DeploymentFileError as error:
        report.problems += error.problems
        return None
    section = read_keys(keys_of(root), root, report)
    if section is not None:
        check_contradictions(section, report)
    return section


def _read_endpoint(file: Path, report: Report) -> Endpoint | None:
    try:
        return read_endpoint(file, report)
    except DeploymentFileError as error:
        report.problems += error.problems
        return None


def _code(file: Path, section: Section, report: Report) -> tuple[Path | None, Path | None]:
    code = section.get("code_configuration", Section)
    if code is None:
        if not section.has("code_configuration"):
            report.problem(
                section.place,
                "There is no `code_configuration`, so that no script is named. A model without one "
                "is served by `azmlinfsrv serve-model --model PATH`.",
            )
        return None, None
    folder, script = code.get("code", str), code.get("scoring_script", str)
    source = find_folder(file.parent, folder, code.at("code"), report) if folder else None
    if source is None or script is None:
        return source, None
    return source, find_within(source, script, code.at("scoring_script"), report)


def _check_names(section: Section, endpoint: Endpoint, report: Report) -> None:
    wanted = section.get("endpoint_name", str)
    if wanted and endpoint.name and wanted != endpoint.name:
        report.problem(
            section.at("endpoint_name"),
            f'`endpoint_name` is "{wanted}", and the endpoint of {endpoint.section.at("name")} is '
            f'"{endpoint.name}". They have to be the same.',
        )


def _worker_count(section: Section) -> int:
    variables = section.get("environment_variables", dict) or {}
    text = str(variables.get("WORKER_COUNT", "1"))
    return int(text) if text.isdecimal() and 0 < len(text) < 5 and int(text) else 1


def _probe(section: Section, name: str) -> Probe:
    probe = section.get(name, Section)
    values = probe.values if probe else {}
    return Probe(**{key: value for key, value in values.items() if isinstance(value, int)})


def _dependencies(file: Path, section: Section, report: Report) -> Dependencies:
    reference = section.get("environment", str)
    if reference is not None:
        report.note(
            section.at("environment"),
            f"`environment`: the packages of {reference} are not known here; none are compared.",
        )
    environment = section.get("environment", Section)
    if environment is None:
        return Dependencies()
    inline = environment.get("conda_file", Node)
    if inline is not None:
        conda = read_keys(CONDA, inline, report)
        return conda_dependencies(file.absolute(), conda, report) if conda else Dependencies()
    named = environment.get("conda_file", str)
    found = find_file(file.parent, named, environment.at("conda_file"), report) if named else None
    if found is None:
        return Dependencies()
    try:
        return read_conda_file(found, report)
    except DeploymentFileError as error:
        report.problems += error.problems
        return Dependencies()
