"""What is asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.packaging.models import PackagedModel
from azmlinfsrv.deployment.packaging.source_files import LeftOut
from azmlinfsrv.deployment.plan import DeploymentPlan


@dataclass(frozen=True)
class PackageRequest:
    """A package to write.

    Attributes:
        plan: the deployment; of its models only ``models`` below count.
        models: the models to ship.
        output: the folder to write, absolute.
        base_image: the image to build on; None for a small one with the right Python.
        heeds_ignore_files: whether ``.amlignore`` or ``.gitignore`` of the source folder count: the
            files of the first version of Azure ML ship everything.
        dev_container: whether VS Code is to open the package in a container.
        force: whether a package that is there is replaced.

    """

    plan: DeploymentPlan
    models: tuple[PackagedModel, ...]
    output: Path
    base_image: str | None = None
    heeds_ignore_files: bool = True
    dev_container: bool = False
    force: bool = False


@dataclass(frozen=True)
class Package:
    """A package that was written.

    Attributes:
        folder: where it is.
        name: what its README calls the image.
        base_image: what it is built on.
        models: the models in it, as ``name:version``.
        requirements: how many packages are pinned.
        has_hashes: whether they have hashes.
        size: of all its files, in bytes.
        left_out: what of the source folder is not in it.
        notes: what the user should know, in sentences.

    """

    folder: Path
    name: str
    base_image: str
    models: tuple[str, ...]
    requirements: int
    has_hashes: bool
    size: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
