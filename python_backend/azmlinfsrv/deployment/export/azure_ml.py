"""Write what ``az ml`` makes an online endpoint of: its files, and the folders that they name."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from azmlinfsrv.deployment.export.azure_commands import (
    FOLDER,
    README,
    Handover,
    azure_commands,
    azure_readme,
)
from azmlinfsrv.deployment.export.azure_documents import (
    deployment_document,
    endpoint_document,
)
from azmlinfsrv.deployment.export.conda import CONDA, conda_file
from azmlinfsrv.deployment.export.errors import ExportError
from azmlinfsrv.deployment.export.request import Exported, ExportRequest
from azmlinfsrv.deployment.export.secret_variables import without_secrets
from azmlinfsrv.deployment.export.staging import (
    Staged,
    found_models,
    stage_build,
    stage_code,
    stage_models,
    stage_requests,
)
from azmlinfsrv.deployment.export.yaml_text import get_path, yaml_text
from azmlinfsrv.deployment.packaging.dependencies import needed_dependencies
from azmlinfsrv.deployment.packaging.places import check_folders, script_below
from azmlinfsrv.deployment.packaging.written_folder import Kind as FolderKind
from azmlinfsrv.deployment.packaging.written_folder import (
    check_output,
    check_space,
    copy_file,
    written_folder,
)

ENDPOINT, DEPLOYMENT = "endpoint.yml", "deployment.yml"
_WHAT = {
    ENDPOINT: "the endpoint: its name, and what a request has to bring",
    DEPLOYMENT: "the deployment: script, model, environment, machines, limits and probes",
    CONDA: "the packages",
}


def export_azure_ml(request: ExportRequest) -> Exported:
    """Write the files; the same request and interpreter give the same bytes.

    Raises:
        PackagingError, RegistryError: they cannot be written; nothing was.
        DeploymentFileError: a file with requirements is not right.

    """
    described = request.described
    # What is staged is put into it, and the caller's is not to change.
    described = replace(described, deployment=copy.deepcopy(described.deployment))
    models = found_models(described)
    check_folders(described.plan, models, request.output, FOLDER.name)
    check_output(request.output, force=request.force, kind=FOLDER)
    _check_cluster(request)
    variables, secrets = without_secrets(described.variables)
    try:
        staged = Staged()
        source = stage_code(described, staged)
        model = stage_models(described, models, staged)
        stage_build(described, staged)
        stage_requests(described, source, request.requests, staged)
        size = sum(path.stat().st_size for path in staged.copies.values())
    except OSError as error:
        where = error.filename or described.plan.source_folder
        raise ExportError(f"{where} cannot be read: {error.strerror or error}.") from error
    script = script_below(described.plan, source)
    endpoint = endpoint_document(described, request.choices)
    document = deployment_document(
        described, script, model, variables, request.figures, request.choices
    )
    notes = [*described.notes, *staged.notes, *_notes(request, secrets)]
    texts = {ENDPOINT: yaml_text(endpoint), DEPLOYMENT: yaml_text(document)}
    if get_path(document, "environment.conda_file") == CONDA:
        inline = get_path(described.deployment, "environment.conda_file")
        conda = conda_file(
            described.deployment["endpoint_name"],
            needed_dependencies(described.plan, source),
            inline,
        )
        texts[CONDA] = conda.text
        notes += conda.notes
    handover = Handover(
        described.deployment["endpoint_name"],
        described.deployment["name"],
        _told_files(texts, staged),
        secrets,
        model.registered,
        next(iter(staged.requests), None),
        described.traffic,
        described.mirrored,
        str(get_path(document, "environment.image")).endswith(":latest"),
        described.unconverted,
        notes,
    )
    texts[README] = azure_readme(handover)
    check_space(request.output.parent, size, FOLDER)
    write_files(request.output, texts, staged)
    return Exported(
        request.output,
        tuple(texts),
        tuple(azure_commands(handover)),
        tuple(staged.left_out),
        described.unconverted,
        tuple(notes),
    )


def write_files(
    output: Path, texts: Mapping[str, str], staged: Staged, kind: FolderKind = FOLDER
) -> None:
    """Write texts and copies, all of them or nothing."""
    with written_folder(output, kind) as folder:
        for name, source in staged.copies.items():
            copy_file(source, folder / name)
        made = {name: text.encode() for name, text in texts.items()}
        for name, content in {**made, **staged.texts}.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def _check_cluster(request: ExportRequest) -> None:
    described = request.described
    has_cluster = request.choices.compute is not None or "compute" in described.endpoint
    if described.kind == "kubernetes" and not has_cluster:
        raise ExportError(
            "a Kubernetes online endpoint needs the cluster that it runs on, as the workspace "
            "calls it: --compute NAME."
        )
    if described.kind == "managed" and request.choices.compute is not None:
        raise ExportError(
            "--compute names a Kubernetes cluster, and this is a managed deployment: leave it out, "
            "or say --kind kubernetes."
        )


def _told_files(texts: Mapping[str, Any], staged: Staged) -> dict[str, str]:
    told = {name: _WHAT[name] for name in texts}
    folders = {name.partition("/")[0] for name in (*staged.copies, *staged.texts)}
    what = {
        "code": "the source folder, without what no endpoint needs",
        "model": "the model",
        "models": "the models",
        "environment": "what the image is built from",
        "requests": "sample requests",
    }
    return told | {f"{name}/": what[name] for name in what if name in folders}


def _notes(request: ExportRequest, secrets: tuple[str, ...]) -> list[str]:
    notes = []
    described, figures = request.described, request.figures
    if secrets:
        notes.append(
            f"{', '.join(secrets)} may be a secret and is not in deployment.yml: the command takes "
            "it from a variable of your shell."
        )
    if figures is not None:
        if figures.state != "Succeeded":
            notes.append(
                f"The profile {figures.file} ended as {figures.state}: its figures are of the "
                "requests that succeeded."
            )
        if figures.script not in (None, described.plan.entry_script.name):
            notes.append(f"The profile {figures.file} is of {figures.script}.")
        if figures.workers is None:
            notes.append(
                f"{figures.file} has no recommendation of workers and instances, as `azmlinfsrv "
                "profile` makes it: they are left as they were."
            )
    return notes
