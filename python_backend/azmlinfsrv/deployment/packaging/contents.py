"""What a package holds: decided before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.packaging.base_image import named_image
from azmlinfsrv.deployment.packaging.conda_file import conda_file_text
from azmlinfsrv.deployment.packaging.dependencies import needed_dependencies
from azmlinfsrv.deployment.packaging.dev_container import dev_container_files
from azmlinfsrv.deployment.packaging.dockerfile import ImageContent, dockerfile
from azmlinfsrv.deployment.packaging.image_python import choose_base, needs_conda
from azmlinfsrv.deployment.packaging.image_variables import ImageVariables, image_variables
from azmlinfsrv.deployment.packaging.models import MODELS_FOLDER
from azmlinfsrv.deployment.packaging.own_server import for_own_server
from azmlinfsrv.deployment.packaging.pinning import Pins
from azmlinfsrv.deployment.packaging.places import script_name
from azmlinfsrv.deployment.packaging.readme import ReadmeFacts, readme
from azmlinfsrv.deployment.packaging.request import PackageRequest
from azmlinfsrv.deployment.packaging.requirements_file import RequirementsFile, requirements_file
from azmlinfsrv.deployment.packaging.source_files import LeftOut, collect
from azmlinfsrv.deployment.plan import DeploymentPlan

CONDA_FILE = "conda.yml"
_APP_FOLDER = "azureml-app"
_DOCKERIGNORE = """\
# Nothing gets into the image but what is named here.
*
!requirements.txt
!conda.yml
!wheels
!azureml-app
!azureml-models
azureml-app/**/__pycache__
azureml-app/**/.env
"""
SAMPLES = ("sample-request.json", "sample_request.json")


@dataclass(frozen=True)
class Contents:
    """The files of a package, by their names with slashes, and what is told of them.

    Attributes:
        texts: what is made for it.
        copies: what is copied, and from where.
        facts: what its README tells.
        requirements: how many packages are pinned.
        left_out: what of the source folder and of models is not in it.
        notes: what the user should know, in sentences.

    """

    texts: Mapping[str, bytes]
    copies: Mapping[str, Path]
    facts: ReadmeFacts
    requirements: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        copied = sum(path.stat().st_size for path in self.copies.values())
        return copied + sum(map(len, self.texts.values()))


def decide_contents(request: PackageRequest) -> Contents:
    """Return what the package of a request holds.

    Raises:
        PackagingError: something is missing, or must not be in an image.
        DeploymentFileError: a file with requirements is not right.

    """
    plan = request.plan
    source = collect(plan.source_folder, heeds_ignore_files=request.heeds_ignore_files)
    script = script_name(plan, source)
    variables = image_variables(plan, script, [model.folder for model in request.models])
    secret = _secret_files(plan, variables)
    copies = {
        f"{_APP_FOLDER}/{file.name}": file.path
        for file in source.files
        if file.path.resolve() not in secret
    }
    left_out = list(source.left_out)
    left_out += [
        LeftOut(file.name, "has what may be a secret")
        for file in source.files
        if file.path.resolve() in secret
    ]
    for model in request.models:
        found = model.collect()
        below = f"{MODELS_FOLDER}/{model.folder}"
        copies |= {f"{below}/{file.name}": file.path for file in found.files}
        left_out += [LeftOut(f"{below}/{each.name}", each.reason) for each in found.left_out]

    needed = needed_dependencies(plan, source)
    if request.base_image is None or not named_image(request.base_image).is_published:
        needed = for_own_server(needed)
    base, python = choose_base(request.base_image, needed.dependencies)
    conda = None
    requirements = RequirementsFile(Pins(()), None)
    if needs_conda(base, python, needed.dependencies):
        conda = conda_file_text(plan, needed.dependencies)
    else:
        requirements = requirements_file(needed.dependencies, base, python)
        copies |= {f"wheels/{path.name}": path for path in requirements.pins.wheels}

    image = ImageContent(
        base,
        variables.values,
        plan.readiness,
        has_models=bool(request.models),
        has_requirements=not requirements.is_empty,
        has_wheels=requirements.has_wheels,
        has_hashes=requirements.pins.has_hashes,
        has_passwords=requirements.has_passwords,
        conda_file=CONDA_FILE if conda is not None else None,
    )
    facts = ReadmeFacts(
        image_name(plan.name),
        image,
        secrets=variables.secrets,
        sample=next((name for name in SAMPLES if f"{_APP_FOLDER}/{name}" in copies), None),
        models=tuple(f"{model.name}:{model.version}" for model in request.models),
        has_dev_container=request.dev_container,
    )
    texts = {
        "Dockerfile": dockerfile(image).encode(),
        "README.md": readme(facts).encode(),
        ".dockerignore": _DOCKERIGNORE.encode(),
        **_requirement_files(requirements, conda),
        **(_dev_files(request, script, image) if request.dev_container else {}),
    }
    notes = (*plan.notes, *needed.notes, *requirements.pins.notes, *_notes(request, variables))
    return Contents(texts, copies, facts, len(requirements.pins.lines), tuple(left_out), notes)


def _secret_files(plan: DeploymentPlan, variables: ImageVariables) -> set[Path]:
    """Return the deployment's own files if they have secrets: they may lie beside the script."""
    has_some = variables.secrets or plan.primary_key or plan.secondary_key
    return {file.resolve() for file in plan.files} if has_some else set()


def image_name(name: str) -> str:
    """Return a name as a name of an image: small letters, digits and single separators."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "azureml-service"


def _requirement_files(requirements: RequirementsFile, conda: bytes | None) -> dict[str, bytes]:
    files = {}
    if conda is not None:
        files[CONDA_FILE] = conda
    if not requirements.is_empty:
        files["requirements.txt"] = requirements.text.encode()
    if requirements.server is not None:
        files[f"wheels/{requirements.server.name}"] = requirements.server.content
    return files


def _dev_files(request: PackageRequest, script: str, image: ImageContent) -> dict[str, bytes]:
    folder = None
    if request.models:
        folder = request.models[0].folder if len(request.models) == 1 else ""
    files = dev_container_files(request.plan.name, script, folder, image)
    return {name: text.encode() for name, text in files.items()}


def _notes(request: PackageRequest, variables: ImageVariables) -> Iterator[str]:
    plan = request.plan
    if variables.secrets:
        yield (
            f"{', '.join(variables.secrets)} may be a secret and is not in the image: "
            "`docker run --env NAME` passes it on."
        )
    if variables.replaced:
        yield f"{', '.join(variables.replaced)} has the value of the image, not the deployment's."
    if plan.auth != "none":
        yield (
            "The image asks nobody for a key or a token, as in the cloud, where the endpoint in "
            "front of it does."
        )
    if plan.app_insights:
        yield "Telemetry to Application Insights is not set up in the image."
    source = plan.source_folder.resolve()
    for model in request.models:
        path = model.path.resolve()
        if path.is_relative_to(source) and path != source:
            inside = path.relative_to(source).as_posix()
            yield (
                f"{inside} is in the image twice: as a model, and with the source folder as Azure "
                f"ML ships it. A line {inside} in .amlignore leaves the second out."
            )
