"""What ``deploymentconfig.json`` says of machines, limits and keys, in the second version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azmlinfsrv.deployment.export.amounts import amount
from azmlinfsrv.deployment.export.described import Kind
from azmlinfsrv.deployment.export.sizes import LARGEST, size_for
from azmlinfsrv.deployment.export.yaml_text import Noted, set_path
from azmlinfsrv.deployment.formats.online_deployment import DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS
from azmlinfsrv.deployment.formats.section import Section

_CPU, _MEMORY_GB = 0.1, 0.5
_PROBE = {
    "initialDelaySeconds": ("initial_delay", 310),
    "periodSeconds": ("period", 10),
    "timeoutSeconds": ("timeout", 2),
    "failureThreshold": ("failure_threshold", 3),
}
_AKS_TIMEOUT_MS = 60_000
_REPLICAS = {
    "minReplicas": ("min_instances", 1),
    "maxReplicas": ("max_instances", 10),
    "refreshPeriodInSeconds": ("polling_interval", 1),
    "targetUtilization": ("target_utilization_percentage", 70),
}


def compute_documents(
    target: str,
    section: Section | None,
    kind: Kind,
    endpoint: Mapping[str, Any],
    document: dict[str, Any],
) -> tuple[dict[str, Any], list[str]]:
    """Put into ``document`` what a deployment configuration asks for.

    Args:
        target: local, aci or aks.
        section: what was read from the file; None without one.
        kind: which of Azure's endpoints it is for.
        endpoint: the content of endpoint.yml so far.
        document: that of deployment.yml so far.

    Returns:
        The content of endpoint.yml, and what the user should know.

    """
    made = dict(endpoint)
    if section is None or target == "local":
        return made, []
    notes = [_authentication(target, section, made)]
    if section.get("appInsightsEnabled", bool):
        document["app_insights_enabled"] = True
    if kind == "managed":
        document["instance_type"] = _instance_type(section)
    else:
        _put_resources(section, document)
    if target == "aks":
        notes += _put_limits(section, kind, document)
        notes += _put_probe(section, document)
        notes += _put_replicas(section, kind, document)
        cluster = section.get("computeTargetName", str)
        if cluster is not None and kind == "kubernetes":
            made["compute"] = f"azureml:{cluster}"
    else:
        notes.append(
            "The files of Container Instances name no time limit for a request; here it is Azure's "
            f"{DEFAULT_TIMEOUT_MS} ms: `request_settings.request_timeout_ms` raises it."
        )
    return made, [note for note in notes if note]


def _authentication(target: str, section: Section, endpoint: dict[str, Any]) -> str:
    if section.get("tokenAuthEnabled", bool):
        endpoint["auth_mode"] = "aml_token"
        return ""
    endpoint["auth_mode"] = "key"
    enabled = section.get("authEnabled", bool)
    if enabled if enabled is not None else target == "aks":
        return ""
    at = f"{section.at('authEnabled')}: " if section.has("authEnabled") else ""
    return (
        f"{at}the service asked for no key, which an endpoint always does: endpoint.yml has "
        "`auth_mode: key`, and clients have to send it."
    )


def _requested(section: Section) -> tuple[float, float, str]:
    cpu, memory = _number(section, "cpu"), _number(section, "memoryInGB")
    default = "" if cpu and memory else " (the first version's defaults)"
    return float(cpu or _CPU), float(memory or _MEMORY_GB), default


def _number(section: Section, name: str) -> float | None:
    found = section.get(f"containerResourceRequirements.{name}", object)
    return found if isinstance(found, int | float) else None


def _instance_type(section: Section) -> Noted:
    cpu, memory, default = _requested(section)
    size = size_for(cpu, memory)
    asked = f"containerResourceRequirements asked for {cpu:g} cores and {memory:g} GB{default}"
    if size is None:
        return Noted(
            LARGEST.name,
            f"{asked}, more than the largest that Azure's guide suggests. Choose another: "
            "--instance_type.",
        )
    return Noted(size.name, f"{asked}; Azure's guide to the upgrade suggests this for it.")


def _put_resources(section: Section, document: dict[str, Any]) -> None:
    cpu, memory, default = _requested(section)
    comment = f"As containerResourceRequirements asked for{default}."
    document["resources"] = Noted(
        {"requests": {"cpu": amount(cpu), "memory": f"{amount(memory)}Gi"}}, comment
    )
    for key, path, unit in (("cpuLimit", "cpu", ""), ("memoryInGBLimit", "memory", "Gi")):
        limit = _number(section, key)
        if limit:
            set_path(document, f"resources.limits.{path}", f"{amount(limit)}{unit}")
    gpus = section.get("gpuCores", int) or section.get("containerResourceRequirements.gpu", int)
    if gpus:
        # Not by its way: there is a dot in its name.
        resources = document["resources"].value
        resources.setdefault("limits", {})["nvidia.com/gpu"] = gpus


def _put_limits(section: Section, kind: Kind, document: dict[str, Any]) -> list[str]:
    notes = []
    timeout = section.get("scoringTimeoutMs", int)
    longest = MAX_TIMEOUT_MS[kind]
    if timeout is not None and timeout > longest:
        notes.append(
            f"{section.at('scoringTimeoutMs')}: `scoringTimeoutMs` is {timeout}, and an endpoint "
            f"allows {longest} ms at the most, which deployment.yml has."
        )
    at_once = section.get("maxConcurrentRequestsPerContainer", int)
    settings: dict[str, Any] = {
        "request_timeout_ms": min(timeout, longest)
        if timeout is not None
        else Noted(_AKS_TIMEOUT_MS, "The first version's default; the second's would be 5000."),
        "max_concurrent_requests_per_instance": at_once,
        "max_queue_wait_ms": section.get("maxQueueWaitMs", int),
    }
    document["request_settings"] = settings
    return notes


def _put_probe(section: Section, document: dict[str, Any]) -> list[str]:
    probe = section.get("livenessProbeRequirements", Section)
    comment = "As livenessProbeRequirements said; the first version's defaults where it did not."
    if probe is None:
        return []
    values: dict[str, Any] = {
        new: probe.get(old, int) or default for old, (new, default) in _PROBE.items()
    }
    # Azure takes no other.
    document["liveness_probe"] = Noted({**values, "success_threshold": 1}, comment)
    if probe.get("successThreshold", int) in (None, 1):
        return []
    return [
        f"{probe.at('successThreshold')}: `livenessProbeRequirements.successThreshold`: for an "
        "endpoint a service is alive after one answer, always."
    ]


def _put_replicas(section: Section, kind: Kind, document: dict[str, Any]) -> list[str]:
    replicas = section.get("numReplicas", int)
    scaler = section.get("autoScaler", Section)
    if replicas:
        document["instance_count"] = Noted(replicas, "As numReplicas said.")
        return []
    values = {
        new: (scaler.get(old, int) if scaler else None) or default
        for old, (new, default) in _REPLICAS.items()
    }
    told = (
        "As autoScaler said; the first version's defaults where it did not."
        if scaler
        else "The first version scaled so when no numReplicas was given."
    )
    if kind == "managed":
        document["instance_count"] = Noted(
            values["min_instances"], "autoScaler.minReplicas; a rule of Azure Monitor scales it."
        )
        return [
            f"{section.at('autoScaler')}: a managed deployment is scaled by rules of Azure Monitor "
            f"(`az monitor autoscale create`), not by its file: from {values['min_instances']} to "
            f"{values['max_instances']} instances at {values['target_utilization_percentage']} %."
        ]
    document["scale_settings"] = Noted({"type": "target_utilization", **values}, told)
    return []
