"""Write what runs an image of a deployment in Kubernetes, or what KServe makes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azmlinfsrv.deployment.export.azure_ml import write_files
from azmlinfsrv.deployment.export.cluster_readme import (
    FOLDER,
    README,
    ClusterFacts,
    cluster_readme,
    kubectl_commands,
)
from azmlinfsrv.deployment.export.described import Described
from azmlinfsrv.deployment.export.errors import ExportError, OptionError
from azmlinfsrv.deployment.export.figures import Figures
from azmlinfsrv.deployment.export.kserve import inference_service
from azmlinfsrv.deployment.export.manifests import manifests
from azmlinfsrv.deployment.export.names import dns_label
from azmlinfsrv.deployment.export.request import Exported
from azmlinfsrv.deployment.export.secret_variables import without_secrets
from azmlinfsrv.deployment.export.staging import Staged, stage_requests
from azmlinfsrv.deployment.export.workload import Workload, workload_of
from azmlinfsrv.deployment.export.yaml_text import yaml_text
from azmlinfsrv.deployment.packaging.contents import image_name
from azmlinfsrv.deployment.packaging.dockerfile import PORT
from azmlinfsrv.deployment.packaging.places import check_folders, script_below
from azmlinfsrv.deployment.packaging.source_files import collect
from azmlinfsrv.deployment.packaging.written_folder import check_output

# registry.example.com:5000/team/name:tag@sha256:…
_IMAGE = re.compile(
    r"(?=.{1,500}$)(?:[A-Za-z0-9.-]+(?::\d{1,5})?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*"
    r"(?P<tag>:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?P<digest>@sha256:[0-9a-f]{64})?"
)
_MOVING = (None, ":latest")


@dataclass(frozen=True)
class KubernetesRequest:
    """Manifests to write.

    Attributes:
        described: the deployment.
        output: the folder to write, absolute.
        image: the image, as the cluster pulls it; None is refused, with what to do.
        name: what everything is called; None for a name made of the deployment's.
        namespace: where it belongs; None for where kubectl is.
        health_port: a port for probes alone; None for that of requests.
        figures: what was measured; None if nothing was.
        kserve: whether an InferenceService is written instead.
        force: whether what this command has written before is replaced.

    """

    described: Described
    output: Path
    image: str | None
    name: str | None = None
    namespace: str | None = None
    health_port: int | None = None
    figures: Figures | None = None
    kserve: bool = False
    force: bool = False


def export_kubernetes(request: KubernetesRequest) -> Exported:
    """Write the manifests; the same request gives the same bytes.

    Raises:
        PackagingError: they cannot be written; nothing was.

    """
    described = request.described
    workload, notes = _workload(request)
    check_folders(described.plan, (), request.output, FOLDER.name)
    check_output(request.output, force=request.force, kind=FOLDER)
    staged = Staged()
    source = collect(described.plan.source_folder, heeds_ignore_files=described.heeds_ignore_files)
    script_below(described.plan, source)
    stage_requests(described, source, (), staged)
    documents: Mapping[str, Mapping[str, Any]] = (
        {"inference-service.yaml": inference_service(workload)}
        if request.kserve
        else manifests(workload)
    )
    notes = [*notes, *staged.notes]
    facts = ClusterFacts(
        workload,
        tuple(documents),
        next(iter(staged.requests.items()), None),
        request.kserve,
        tuple(notes),
    )
    texts = {name: yaml_text(document) for name, document in documents.items()}
    texts[README] = cluster_readme(facts)
    write_files(request.output, texts, staged, FOLDER)
    return Exported(
        request.output, tuple(texts), tuple(kubectl_commands(facts)), notes=tuple(notes)
    )


def _workload(request: KubernetesRequest) -> tuple[Workload, list[str]]:
    described = request.described
    plan = described.plan
    named = request.name if request.name is not None else image_name(plan.name)[:63].rstrip("-")
    name = dns_label("--name", named)
    namespace = request.namespace and dns_label("--namespace", request.namespace)
    notes = []
    image = request.image
    if image is None:
        raise OptionError(
            "a cluster runs an image. `azmlinfsrv package … -o DIR` writes what it is built from, "
            f"`docker build --tag REGISTRY/{image_name(plan.name)}:1 DIR` builds it, `docker push` "
            "takes it to a registry; then name it: --image."
        )
    found = _IMAGE.fullmatch(image)
    if found is None:
        raise ExportError(
            f"--image: {image!r} is not an image: it is named as in "
            "registry.example.com/team/diabetes:1."
        )
    if found["tag"] in _MOVING and found["digest"] is None:
        notes.append(
            f"{image} may be another image at each start: name a version (…:1), so that all "
            "instances run the same and `kubectl rollout undo` leads back."
        )
    if request.health_port == PORT:
        raise OptionError(f"--health_port: {PORT} is the port of the requests; choose another.")
    if request.kserve and request.health_port is not None:
        raise OptionError("--health_port: KServe leads to one port only; leave it out.")
    variables, secrets = without_secrets(described.variables)
    if secrets:
        notes.append(
            f"{', '.join(secrets)} may be a secret and is in no file: the pods take it from the "
            f"Secret {name}, which a command below makes."
        )
    figures = request.figures
    if figures is not None and figures.state != "Succeeded":
        notes.append(
            f"The profile {figures.file} ended as {figures.state}: its figures are of the requests "
            "that succeeded."
        )
    if plan.auth != "none":
        notes.append(
            "The image asks nobody for a key or a token, as in Azure, where the endpoint in front "
            "of it does. Put an ingress that does before the Service."
        )
    workload = workload_of(
        plan, name, namespace, image, variables, secrets, figures, request.health_port
    )
    return workload, notes
