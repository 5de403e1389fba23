"""The content of endpoint.yml and deployment.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from azmlinfsrv.deployment.export import limits
from azmlinfsrv.deployment.export.amounts import amount
from azmlinfsrv.deployment.export.conda import CONDA
from azmlinfsrv.deployment.export.described import Described
from azmlinfsrv.deployment.export.errors import ExportError
from azmlinfsrv.deployment.export.figures import Figures
from azmlinfsrv.deployment.export.limits import Derived
from azmlinfsrv.deployment.export.sizes import DEFAULT_TYPE, LARGEST, RECOMMENDED_CORES, size_for
from azmlinfsrv.deployment.export.staging import CODE, HandedModel
from azmlinfsrv.deployment.export.yaml_text import Noted, get_path, set_path
from azmlinfsrv.deployment.packaging.base_image import named_image
from azmlinfsrv.deployment.packaging.image_python import PUBLISHED_EXAMPLE

_ORDER = (
    *("$schema", "name", "endpoint_name", "type", "description", "tags", "properties"),
    *("model", "model_mount_path", "code_configuration", "environment", "environment_variables"),
    *("instance_type", "instance_count", "resources", "scale_settings", "request_settings"),
    *("liveness_probe", "readiness_probe", "app_insights_enabled"),
)
_NOT_MEASURED = (
    "Not measured. `azmlinfsrv profile … --json profile.json`, and --profile profile.json here, "
    "derive it."
)
_MORE_INSTANCES = "Three or more outlive the loss of a machine; Azure wants quota for a fifth more."


_COMPUTE = re.compile(r"(?:azureml:)?[A-Za-z][A-Za-z0-9_-]{0,63}")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class Choices:
    """What the user has named, in place of what is derived or in a file; None where nothing.

    Raises:
        PackagingError: something cannot be what it is to be.

    """

    instance_type: str | None = None
    instance_count: int | None = None
    image: str | None = None
    compute: str | None = None

    def __post_init__(self) -> None:
        if self.image is not None:
            named_image(self.image)
        if self.compute is not None and not _COMPUTE.fullmatch(self.compute):
            raise ExportError(
                f"--compute: {self.compute!r} is no name of a cluster, which has letters, digits, "
                "hyphens and '_'."
            )
        if self.instance_type is not None and not _TYPE.fullmatch(self.instance_type):
            raise ExportError(
                f"--instance_type: {self.instance_type!r} is no type of a machine; they are named "
                f"as {DEFAULT_TYPE}."
            )


def endpoint_document(described: Described, choices: Choices) -> dict[str, Any]:
    """Return the content of endpoint.yml."""
    document = dict(described.endpoint)
    if choices.compute is not None:
        document["compute"] = f"azureml:{choices.compute.removeprefix('azureml:')}"
    return document


def deployment_document(
    described: Described,
    script: str,
    model: HandedModel,
    variables: Mapping[str, str],
    figures: Figures | None,
    choices: Choices,
) -> dict[str, Any]:
    """Return the content of deployment.yml.

    Args:
        described: the deployment.
        script: the entry script below the source folder, with slashes.
        model: as it has been staged.
        variables: its environment variables, secrets not among them.
        figures: what was measured; None if nothing was.
        choices: what the user has named.

    """
    document = dict(described.deployment)
    if model.value is not None:
        document["model"] = model.value
    document["code_configuration"] = {"code": CODE, "scoring_script": script}
    document["environment"] = _environment(document.get("environment"), choices.image)
    if figures is None:
        _assume(described, document)
    else:
        variables = _derive(described, document, variables, figures)
    if choices.instance_type is not None:
        document["instance_type"] = choices.instance_type
    if choices.instance_count is not None:
        document["instance_count"] = choices.instance_count
        document.pop("scale_settings", None)
    _quote_amounts(document)
    if variables:
        document["environment_variables"] = dict(variables)
    else:
        document.pop("environment_variables", None)
    known = {name: document[name] for name in _ORDER if name in document}
    return known | {name: value for name, value in document.items() if name not in known}


def _quote_amounts(document: dict[str, Any]) -> None:
    """Make texts of the amounts of resources: Azure's own library refuses numbers."""
    for kind in ("requests", "limits"):
        amounts = get_path(document, f"resources.{kind}")
        for name, value in amounts.items() if isinstance(amounts, dict) else ():
            if not isinstance(value, Noted):
                amounts[name] = str(getattr(value, "text", value))


def _environment(named: Any, image: str | None) -> Any:
    """Return the environment with the conda file that is written beside; a reference stays."""
    if isinstance(named, str) and image is None:
        return named
    environment = dict(named) if isinstance(named, dict) else {}
    if "build" in environment and image is None:
        return environment
    environment.pop("build", None)
    named_image = environment.get("image")
    return {**environment, "image": image or named_image or PUBLISHED_EXAMPLE, "conda_file": CONDA}


def _assume(described: Described, document: dict[str, Any]) -> None:
    workers = described.plan.worker_count
    key = "request_settings.max_concurrent_requests_per_instance"
    if workers > 1 and get_path(document, key) is None:
        set_path(document, key, Noted(workers, f"As many as WORKER_COUNT, which is {workers}."))
    if described.kind == "kubernetes":
        if "scale_settings" not in document:
            document.setdefault("instance_count", Noted(1, _NOT_MEASURED))
        return
    document.setdefault(
        "instance_type", Noted(DEFAULT_TYPE, f"The least that Azure recommends. {_NOT_MEASURED}")
    )
    document.setdefault("instance_count", Noted(1, f"{_NOT_MEASURED} {_MORE_INSTANCES}"))


def _derive(
    described: Described, document: dict[str, Any], variables: Mapping[str, str], figures: Figures
) -> dict[str, Any]:
    """Put what follows from the figures into the document; returns the variables with it."""

    def put(path: str, derived: Derived | None) -> None:
        if derived is not None:
            before = get_path(document, path)
            set_path(document, path, Noted(derived.value, _with_before(derived, before)))

    workers = limits.workers(figures)
    put("request_settings.request_timeout_ms", limits.timeout_ms(figures, described.kind))
    put("request_settings.max_concurrent_requests_per_instance", workers)
    for probe in ("liveness_probe", "readiness_probe"):
        put(f"{probe}.initial_delay", limits.initial_delay(figures))
        put(f"{probe}.timeout", limits.probe_timeout(figures))
    instances = limits.instances(figures)
    if described.kind == "kubernetes":
        _derive_for_cluster(document, figures, instances)
    else:
        document["instance_type"] = _instance_type(figures, document.get("instance_type"))
        if instances is not None:
            more = f"{_with_before(instances, document.get('instance_count'))} {_MORE_INSTANCES}"
            document["instance_count"] = Noted(instances.value, more)
        document.setdefault("instance_count", Noted(1, _MORE_INSTANCES))
    told: dict[str, Any] = dict(variables)
    if workers is not None:
        before = told.get("WORKER_COUNT")
        told["WORKER_COUNT"] = Noted(str(workers.value), _with_before(workers, before))
    return told


def _derive_for_cluster(
    document: dict[str, Any], figures: Figures, instances: Derived | None
) -> None:
    set_path(
        document,
        "resources.requests.cpu",
        Noted(amount(figures.cpu), f"From {figures.file}: the cores that its workers keep busy."),
    )
    if figures.memory_gb is not None:
        memory = f"{amount(figures.memory_gb)}G"
        reason = f"From {figures.file}: 1.2 times what the processes took at their peak."
        set_path(document, "resources.requests.memory", Noted(memory, reason))
        set_path(
            document,
            "resources.limits.memory",
            Noted(memory, "What an instance asks for: one that takes more is ended, not its host."),
        )
        set_path(document, "resources.limits.cpu", None)
    if instances is None:
        return
    if "scale_settings" not in document:
        before = document.get("instance_count")
        document["instance_count"] = Noted(instances.value, _with_before(instances, before))
        return
    least = get_path(document, "scale_settings.min_instances")
    set_path(
        document,
        "scale_settings.min_instances",
        Noted(instances.value, _with_before(instances, least)),
    )
    most = _whole(get_path(document, "scale_settings.max_instances")) or 1
    if most < instances.value:
        set_path(document, "scale_settings.max_instances", instances.value)


def _instance_type(figures: Figures, before: Any) -> Any:
    memory = figures.memory_gb
    shown = f"{figures.cpu:g} cores" + (f" and {memory:g} GB" if memory is not None else "")
    size = size_for(figures.cpu, memory or 0.0)
    if size is None:
        return Noted(
            LARGEST.name,
            f"From {figures.file}: an instance takes {shown}, more than the largest that Azure's "
            "guide suggests. Choose another: "
            "https://learn.microsoft.com/azure/machine-learning/reference-managed-online-endpoints-vm-sku-list",
        )
    is_small = size.cores < RECOMMENDED_CORES
    more = f" For general use Azure recommends {DEFAULT_TYPE} at the least." if is_small else ""
    return Noted(
        size.name,
        f"From {figures.file}: an instance takes {shown}; by Azure's guide this has room for up to "
        f"{size.cores:g} and {size.memory_gb:g}.{more} {_before(before, size.name)}".strip(),
    )


def _with_before(derived: Derived, before: Any) -> str:
    return f"{derived.reason} {_before(before, derived.value)}".strip()


def _before(before: Any, now: Any) -> str:
    value = before.value if isinstance(before, Noted) else before
    text = getattr(value, "text", value)
    return "" if value is None or str(text) == str(now) else f"Before: {text}."


def _whole(value: Any) -> int | None:
    text = str(getattr(value, "text", value))
    return int(text) if text.isdecimal() else None
