"""An InferenceService of KServe, whose predictor is the image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azmlinfsrv.deployment.export.manifests import container, metadata, probes
from azmlinfsrv.deployment.export.workload import Workload
from azmlinfsrv.deployment.export.yaml_text import Noted
from azmlinfsrv.deployment.packaging.dockerfile import PORT


def inference_service(workload: Workload) -> Mapping[str, Any]:
    """Return the document.

    What Knative refuses in a pod, under which KServe runs by default, is not in it: a grace period
    and preStop of one's own. Knative itself lets requests finish, for the time of ``timeout``.
    """
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": metadata(workload),
        "spec": {
            "predictor": {
                "minReplicas": Noted(int(workload.least.value), workload.least.reason),
                "maxReplicas": Noted(int(workload.most.value), workload.most.reason),
                "containerConcurrency": Noted(
                    int(workload.workers.value),
                    "As many as WORKER_COUNT: further requests wait in front, or go elsewhere.",
                ),
                "timeout": Noted(workload.timeout_seconds, "Seconds, as long as run() may take."),
                "containers": [
                    {
                        # KServe wants this name.
                        "name": "kserve-container",
                        **container(workload),
                        "ports": [{"containerPort": PORT, "protocol": "TCP"}],
                        **probes(PORT),
                    }
                ],
            }
        },
    }
