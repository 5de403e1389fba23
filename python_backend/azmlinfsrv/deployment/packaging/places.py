"""Where the parts of a package lie, and that none of them lies where it must not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.deployment.packaging.errors import NotFoundError, PackagingError
from azmlinfsrv.deployment.packaging.models import MODELS_FOLDER, PackagedModel
from azmlinfsrv.deployment.packaging.request import PackageRequest
from azmlinfsrv.deployment.packaging.source_files import Collection
from azmlinfsrv.deployment.plan import DeploymentPlan


def check_places(request: PackageRequest) -> None:
    """Raise PackagingError when a package of these folders would hold itself, or far too much."""
    check_folders(request.plan, request.models, request.output)


def check_folders(
    plan: DeploymentPlan, models: Sequence[PackagedModel], named: Path, what: str = "package"
) -> None:
    """Raise PackagingError when ``named`` would hold itself, or far too much.

    Args:
        plan: what is shipped.
        models: its models.
        named: the folder to write.
        what: what people call that folder.

    """
    output = named.resolve()
    if not plan.entry_script.is_file():
        what = "is a folder" if plan.entry_script.is_dir() else "is not there"
        raise NotFoundError(f"the entry script {plan.entry_script} {what}.")
    if not plan.source_folder.is_dir():
        raise NotFoundError(f"the source folder {plan.source_folder} is not there.")
    source = plan.source_folder.resolve()
    if source in (Path(source.anchor), Path.home().resolve()):
        raise PackagingError(
            f"the source folder is {source}, all of which would be shipped. Name the folder with "
            "the code: --source_directory."
        )
    if output.is_relative_to(source):
        raise PackagingError(
            f"{named} is in the source folder {source}: the next {what} would have this "
            "one in it. Name a folder elsewhere with -o."
        )
    if source.is_relative_to(output):
        raise PackagingError(
            f"the source folder {source} is in {named}, which the {what} would take the "
            "place of. Name another folder with -o."
        )
    for model in models:
        path = model.path.resolve()
        if output.is_relative_to(path) or path.is_relative_to(output):
            raise PackagingError(
                f"{named} and the model {model.path} are in one another. Name another "
                "folder with -o."
            )


def script_below(plan: DeploymentPlan, source: Collection, *, of: str = "source folder") -> str:
    """Return the entry script's name below the source folder, with slashes.

    Raises:
        PackagingError: it is elsewhere, or is left out of what ``of`` names.

    """
    folder = plan.source_folder.resolve()
    script = plan.entry_script.parent.resolve() / plan.entry_script.name
    if not (script.is_relative_to(folder) and script.resolve().is_relative_to(folder)):
        raise PackagingError(
            f"the entry script {script.resolve()} is not in the source folder {folder}. Name a "
            "folder that has it with --source_directory."
        )
    name = script.relative_to(folder).as_posix()
    if all(file.name != name for file in source.files):
        reason = next(
            (each.reason for each in source.left_out if name.startswith(each.name)), "a rule"
        )
        raise PackagingError(f"the entry script {name} is left out of the {of} by {reason}.")
    return name


def script_name(plan: DeploymentPlan, source: Collection) -> str:
    """Return the entry script's name in a package.

    Raises:
        PackagingError: see ``script_below``; or models of the source folder would get where those
            of the package are.

    """
    name = script_below(plan, source, of="package")
    if any(file.name.startswith(f"{MODELS_FOLDER}/") for file in source.files):
        raise PackagingError(
            f"the source folder has a folder {MODELS_FOLDER}, where the image has its models. Name "
            "it in .amlignore, or give it another name."
        )
    return name
