"""Deployment, Service, HorizontalPodAutoscaler and PodDisruptionBudget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azmlinfsrv.deployment.export.workload import DEFAULT_HEALTH_PORT, Workload
from azmlinfsrv.deployment.export.yaml_text import Noted
from azmlinfsrv.deployment.packaging.dockerfile import PORT, STOP_SECONDS, USER_ID

# How long it takes until no new request is sent to a pod that is to end.
_LEAVE_SECONDS = 5
_UTILISATION = 70
_PROBE_SECONDS = 5


def manifests(workload: Workload) -> Mapping[str, Mapping[str, Any]]:
    """Return the documents by the names of their files."""
    return {
        "deployment.yaml": _deployment(workload),
        "service.yaml": _service(workload),
        "autoscaler.yaml": _autoscaler(workload),
        "disruption-budget.yaml": _disruption_budget(workload),
    }


def metadata(workload: Workload) -> dict[str, Any]:
    """Return the metadata of a document."""
    return {"name": workload.name, "namespace": workload.namespace, "labels": _labels(workload)}


def container(workload: Workload) -> dict[str, Any]:
    """Return the container, as far as it is the same for Kubernetes and for KServe."""
    return {
        "image": workload.image,
        "args": _arguments(workload),
        "env": _variables(workload),
        "resources": {
            "requests": {
                "cpu": Noted(workload.cpu.value, workload.cpu.reason),
                "memory": Noted(workload.memory.value, workload.memory.reason),
            },
            "limits": {
                "memory": Noted(
                    workload.memory.value,
                    "No limit of the processor: it would slow requests down while others idle.",
                )
            },
        },
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER_ID,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }


def probes(port: str | int) -> dict[str, Any]:
    """Return the probes of a running container: alive at once, ready when the model is loaded."""
    return {
        "readinessProbe": Noted(
            _probe("/readyz", port, failures=1),
            "503 until init() is done: no request comes before.",
        ),
        "livenessProbe": Noted(
            _probe("/livez", port, failures=3),
            "Answered while the script loads and while run() is busy: only what hangs is ended.",
        ),
    }


def _labels(workload: Workload) -> dict[str, str]:
    return {"app.kubernetes.io/name": workload.name}


def _probe(path: str, port: str | int, *, failures: int) -> dict[str, Any]:
    return {
        "httpGet": {"path": path, "port": port},
        "periodSeconds": _PROBE_SECONDS,
        "timeoutSeconds": 2,
        "failureThreshold": failures,
    }


def _arguments(workload: Workload) -> list[str] | None:
    if workload.health_port in (None, DEFAULT_HEALTH_PORT):
        return None
    return [
        *("python", "-m", "azmlinfsrv", "--host", "0.0.0.0"),  # noqa: S104
        *("--port", str(PORT), "--health_port", str(workload.health_port)),
    ]


def _variables(workload: Workload) -> list[Any]:
    found: list[Any] = [
        Noted({"name": "WORKER_COUNT", "value": workload.workers.value}, workload.workers.reason)
    ]
    found += [{"name": name, "value": value} for name, value in sorted(workload.variables.items())]
    if workload.health_port is not None:
        found.append(
            Noted(
                # The name is spelt as published.
                {"name": "SEPERATE_HEALTH_ENDPOINT", "value": "true"},
                "Probes have a port of their own, which no Service leads to.",
            )
        )
    for name in workload.secrets:
        source = {"secretKeyRef": {"name": workload.name, "key": name}}
        found.append({"name": name, "valueFrom": source})
    return found


def _deployment(workload: Workload) -> dict[str, Any]:
    ports = [{"name": "http", "containerPort": PORT}]
    if workload.health_port is not None:
        ports.append({"name": "health", "containerPort": workload.health_port})
    port = "http" if workload.health_port is None else "health"
    made = container(workload)
    start = int(workload.start_seconds.value) // _PROBE_SECONDS
    pod = {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": Noted(
            _LEAVE_SECONDS + STOP_SECONDS,
            f"{_LEAVE_SECONDS} s until no new request comes, then up to {STOP_SECONDS} s for those "
            "that run: the server drains for 30 s.",
        ),
        "containers": [
            {
                "name": "server",
                **made,
                "ports": ports,
                "startupProbe": Noted(
                    _probe("/readyz", port, failures=start), workload.start_seconds.reason
                ),
                **probes(port),
                "lifecycle": {
                    "preStop": Noted(
                        {"exec": {"command": ["sleep", str(_LEAVE_SECONDS)]}},
                        "SIGTERM refuses new connections, and some still come after it has been "
                        "decided that the pod ends.",
                    )
                },
            }
        ],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": _labels(workload)},
            }
        ],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(workload),
        "spec": Noted(
            {
                "selector": {"matchLabels": _labels(workload)},
                "strategy": {
                    "type": "RollingUpdate",
                    "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
                },
                "template": {"metadata": {"labels": _labels(workload)}, "spec": pod},
            },
            "Without replicas: the autoscaler has their number, which `kubectl apply` would reset.",
        ),
    }


def _service(workload: Workload) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(workload),
        "spec": {
            "type": Noted("ClusterIP", "Within the cluster only: the server asks for no key."),
            "selector": _labels(workload),
            "ports": [{"name": "http", "port": 80, "targetPort": "http"}],
        },
    }


def _autoscaler(workload: Workload) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(workload),
        "spec": {
            "scaleTargetRef": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "name": workload.name,
            },
            "minReplicas": Noted(int(workload.least.value), workload.least.reason),
            "maxReplicas": Noted(int(workload.most.value), workload.most.reason),
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {
                        "name": "cpu",
                        "target": Noted(
                            {"type": "Utilization", "averageUtilization": _UTILISATION},
                            "Busy for as much of the time as Azure's formula plans with.",
                        ),
                    },
                }
            ],
        },
    }


def _disruption_budget(workload: Workload) -> dict[str, Any]:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(workload),
        "spec": {
            "maxUnavailable": Noted(
                1, "Nodes are emptied one pod after the other, whatever their number."
            ),
            "selector": {"matchLabels": _labels(workload)},
        },
    }
