"""From the files of Azure ML's first version to what the second has in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from azmlinfsrv.deployment.export import conversions
from azmlinfsrv.deployment.export.compute import compute_documents
from azmlinfsrv.deployment.export.described import (
    ALWAYS_A_KEY,
    Described,
    Kind,
    Unconverted,
    from_plan,
)
from azmlinfsrv.deployment.export.yaml_text import get_path, set_path
from azmlinfsrv.deployment.formats.deployment_config import read_deployment_config
from azmlinfsrv.deployment.formats.inference_config import INFERENCE_CONFIG
from azmlinfsrv.deployment.formats.json_document import read_json
from azmlinfsrv.deployment.formats.keys import read_keys
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Report
from azmlinfsrv.deployment.formats.section import Section
from azmlinfsrv.deployment.formats.v1 import plan_from_v1
from azmlinfsrv.deployment.plan import DeploymentPlan

_WITHOUT = {
    "local": conversions.LOCAL_WITHOUT,
    "aci": conversions.ACI_WITHOUT,
    "aks": conversions.AKS_WITHOUT,
}


def from_v1(
    inference_config: Path,
    compute_config: Path | None,
    models: Sequence[str],
    names: tuple[str | None, str | None] = (None, None),
    kind: Kind | None = None,
) -> Described:
    """Return what the second version has for ``inferenceconfig.json``.

    Args:
        inference_config: the file that names the script and its environment.
        compute_config: ``deploymentconfig.json``, for whichever compute; None without one.
        models: what ``--model`` names.
        names: of the endpoint and the deployment; None for one that is made of the folder's.
        kind: which of Azure's endpoints it is for; None for the successor of the compute.

    Raises:
        DeploymentFileError: with every problem of both files.
        ExportError: a name cannot be one.

    """
    report = Report()
    name = inference_config.absolute().parent.name or "endpoint"
    plan: DeploymentPlan | None = None
    try:
        plan = plan_from_v1(inference_config, None, models, name)
    except DeploymentFileError as error:
        report.add(error)
    compute = None if compute_config is None else read_deployment_config(compute_config, report)
    if plan is None or report.problems:
        raise DeploymentFileError(report.problems)
    root = read_json(inference_config, "inference configuration")
    config = read_keys(INFERENCE_CONFIG, root, Report())
    config = config if config is not None else Section(root.place)
    target = (compute.get("computeType", str) if compute else None) or "local"
    kind = kind or ("kubernetes" if target == "aks" else "managed")
    # What v1's file says of this machine has no meaning in what is written.
    described = from_plan(replace(plan, notes=()), kind, endpoint=names[0], deployment=names[1])
    document = dict(described.deployment)
    _put_environment(config, document)
    set_path(document, "description", config.get("description", str))
    endpoint, notes = compute_documents(target, compute, kind, described.endpoint, document)
    files = tuple(
        file.absolute() for file in (inference_config, compute_config) if file is not None
    )
    unconverted = [*_without(config, conversions.INFERENCE_WITHOUT)]
    if compute is not None:
        unconverted += _without(compute, _WITHOUT[target])
        if kind == "managed":
            unconverted += _without(compute, conversions.MANAGED_WITHOUT)
        notes += _across(target, kind)
    # What the compute says of keys counts.
    own_notes = [n for n in described.notes if target == "local" or n != ALWAYS_A_KEY]
    return replace(
        described,
        plan=replace(plan, files=files, notes=()),
        endpoint=endpoint,
        deployment=document,
        heeds_ignore_files=False,
        variables=_with_workers(plan.environment, document, notes),
        unconverted=tuple(unconverted),
        notes=(*own_notes, *notes),
    )


def _put_environment(config: Section, document: dict[str, Any]) -> None:
    environment = config.get("environment", Section)
    if environment is None:
        image = config.get("baseImage", str)
        document["environment"] = {"image": image} if image else {}
        return
    name, version = environment.get("name", str), environment.get("version", str)
    has_packages = environment.has("python") or environment.has("docker")
    if name and version and not has_packages:
        # The same workspace has it under the same name.
        document["environment"] = f"azureml:{name}:{version}"
        return
    inline = environment.get("python.condaDependencies", Section)
    document["environment"] = {
        "name": name,
        "version": version if name else None,
        "image": environment.get("docker.baseImage", str),
        "conda_file": _conda_mapping(inline),
    }


def _conda_mapping(inline: Section | None) -> dict[str, Any] | None:
    if inline is None:
        return None
    variables = inline.get("variables", Section)
    return {
        "name": inline.get("name", str),
        "channels": inline.get("channels", list),
        "variables": dict(variables.values) if variables else None,
        "dependencies": [],
    }


def _without(section: Section, table: Mapping[str, str]) -> Iterator[Unconverted]:
    for path, advice in table.items():
        if section.has(path) and section.get(path, object) not in (False, None):
            yield Unconverted(section.at(path), advice)


def _with_workers(
    variables: Mapping[str, str], document: Mapping[str, Any], notes: list[str]
) -> dict[str, str]:
    """Return the variables with a worker for each of the requests that are sent at once."""
    at_once = get_path(document, "request_settings.max_concurrent_requests_per_instance")
    if at_once is None or at_once == 1 or "WORKER_COUNT" in variables:
        return dict(variables)
    notes.append(
        f"WORKER_COUNT is {at_once}, as many as `maxConcurrentRequestsPerContainer`: otherwise the "
        "requests would wait for one another. Each worker has a model of its own in memory."
    )
    return {**variables, "WORKER_COUNT": str(at_once)}


def _across(target: str, kind: Kind) -> list[str]:
    if target == "aks" and kind == "managed":
        return ["The service ran on Kubernetes, and the endpoint is a managed one, as you asked."]
    if target == "aci":
        return [
            "Clients get a new address. Azure's page on the upgrade from Container Instances "
            "compares the costs: https://aka.ms/acimoemigration."
        ]
    return []
