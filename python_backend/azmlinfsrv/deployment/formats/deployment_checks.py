"""What in the file of an online deployment cannot be meant together."""

from __future__ import annotations

import re

from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.keys import Keys
from azmlinfsrv.deployment.formats.locations import find_folder
from azmlinfsrv.deployment.formats.online_deployment import AMOUNTS, KUBERNETES, MANAGED
from azmlinfsrv.deployment.formats.online_endpoint import Endpoint
from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.variables import check_variables, worker_count

_KINDS = {"managed": MANAGED, "kubernetes": KUBERNETES}
_MAX_COLLECTIONS = 5
_ENVIRONMENT_REFERENCE = re.compile(
    r"azureml:[\w.-]+(:[\w.-]+|@latest)|azureml://registries/.+|azureml:/subscriptions/.+|file:.+"
)


def keys_of(root: Node) -> Keys:
    """Return the keys of the kind of deployment that a document is: what it says, else managed."""
    for key, value in root.pairs:
        if key.text == "type" and value.text.lower() in _KINDS:
            return _KINDS[value.text.lower()]
    schema = next((value.text for key, value in root.pairs if key.text == "$schema"), "")
    return KUBERNETES if "kubernetes" in schema.lower() else MANAGED


def check_contradictions(
    keys: Keys, section: Section, endpoint: Endpoint | None, report: Report
) -> None:
    """Tell what a deployment says against itself, or against its endpoint."""
    _check_scale(keys, section, report)
    _check_resources(section, report)
    _check_environment(section, report)
    _check_workers(section, report)
    _check_collections(section, report)
    if endpoint is not None:
        _check_endpoint(keys, section, endpoint, report)


def _check_scale(keys: Keys, section: Section, report: Report) -> None:
    kind = section.get("scale_settings.type", str)
    if kind == "target_utilization" and keys is MANAGED:
        report.problem(
            section.at("scale_settings.type"),
            "Only Kubernetes online deployments scale by target_utilization. A managed one has the "
            "type default, and is scaled by autoscale rules of Azure Monitor.",
        )
    # The default of Kubernetes deployments that have scale settings.
    scales = keys is KUBERNETES and (
        kind == "target_utilization" or (kind is None and section.has("scale_settings"))
    )
    if scales and section.has("instance_count"):
        report.problem(
            section.at("instance_count"),
            "`instance_count` fixes the number of instances, and `scale_settings` of the type "
            "target_utilization has it change. Remove one of them.",
        )
    if kind == "default":
        scale = section.get("scale_settings", Section)
        for name in scale.places if scale else ():
            if name != "type":
                report.problem(
                    section.at(f"scale_settings.{name}"),
                    f"`{name}` has no meaning in scale settings of the type default. Remove it, or "
                    "set the type to target_utilization.",
                )
    least = section.get("scale_settings.min_instances", int) or 1
    most = section.get("scale_settings.max_instances", int) or 1
    if least > most:
        report.problem(
            section.at("scale_settings.min_instances"),
            f"`min_instances` is {least}, more than `max_instances`, which is {most}.",
        )


def _check_resources(section: Section, report: Report) -> None:
    for name in AMOUNTS.keys:
        asked = section.get("resources.requests", Section)
        allowed = section.get("resources.limits", Section)
        if asked is None or allowed is None:
            return
        least, most = asked.values.get(name), allowed.values.get(name)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            report.problem(
                allowed.places[name],
                f"The limit of `{name}` is below what `requests` asks for. Raise it.",
            )


def _check_environment(section: Section, report: Report) -> None:
    reference = section.get("environment", str)
    if reference is not None and not _ENVIRONMENT_REFERENCE.fullmatch(reference):
        report.problem(
            section.at("environment"),
            f'`environment` is "{reference}"; it takes azureml:name:version, azureml:name@latest, '
            "file:environment.yml, or a mapping with image and conda_file.",
        )
    environment = section.get("environment", Section)
    if environment is None:
        return
    if environment.has("image") and environment.has("build"):
        report.problem(
            environment.at("build"),
            "An environment has an `image` or a `build` context, not both. Remove one.",
        )
    if environment.has("build") and environment.has("conda_file"):
        report.problem(
            environment.at("conda_file"),
            "`conda_file` goes with `image`; with `build` the Dockerfile installs the packages. "
            "Remove one.",
        )
    elif environment.has("conda_file") and not environment.has("image"):
        report.note(
            environment.at("conda_file"),
            "Azure needs an `image` that these packages are installed into, such as "
            "mcr.microsoft.com/azureml/minimal-py312-inference:latest.",
        )
    context = environment.get("build.path", str)
    file = environment.place.file
    if context is not None and file is not None:
        find_folder(file.parent, context, environment.at("build.path"), report)


def _check_workers(section: Section, report: Report) -> None:
    variables = section.get("environment_variables", Section)
    check_variables(variables, report)
    workers = worker_count(variables)
    key = "request_settings.max_concurrent_requests_per_instance"
    at_once = section.get(key, int) or 1
    if at_once != workers:
        report.note(
            section.at(key if section.has(key) else "environment_variables.WORKER_COUNT"),
            f"`max_concurrent_requests_per_instance` is {at_once} and WORKER_COUNT is {workers}. "
            "Azure sends as many requests at once as the first says. They should be the same.",
        )


def _check_collections(section: Section, report: Report) -> None:
    collections = section.get("data_collector.collections", Section)
    if collections is not None and len(collections.places) > _MAX_COLLECTIONS:
        report.problem(
            collections.place,
            f"`collections` has {len(collections.places)}; a deployment has up to "
            f"{_MAX_COLLECTIONS}.",
        )


def _check_endpoint(keys: Keys, section: Section, endpoint: Endpoint, report: Report) -> None:
    wanted, deployed = section.get("endpoint_name", str), section.get("name", str)
    if wanted and endpoint.name and wanted != endpoint.name:
        report.problem(
            section.at("endpoint_name"),
            f'`endpoint_name` is "{wanted}", and the endpoint in {endpoint.section.at("name")} is '
            f'"{endpoint.name}". They have to be the same.',
        )
    if endpoint.section.has("compute") and keys is MANAGED:
        report.problem(
            endpoint.section.at("compute"),
            "An endpoint with `compute` runs on Kubernetes, and the deployment is a managed one. "
            "Set `type: kubernetes` there, or remove `compute` here.",
        )
    shares = endpoint.section.get("traffic", Section)
    if shares is not None and shares.places and deployed and not shares.values.get(deployed):
        report.note(
            endpoint.section.at("traffic"), f"`{deployed}` has no share of `traffic` in Azure."
        )
