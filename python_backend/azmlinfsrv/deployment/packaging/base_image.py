"""What an image is built on, and what that means for the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from azmlinfsrv.deployment.packaging.errors import PackagingError

# What Docker takes, and nothing that could become a second instruction.
_IMAGE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]*")
# minimal-py312-inference, minimal-ubuntu22.04-py39-cpu-inference, python:3.12-slim
_PYTHON_IN_NAME = re.compile(r"(?:^|-)py(3)(\d{1,2})(?=[-:@]|$)|(?:^|-)python:(3)\.(\d{1,2})")


@dataclass(frozen=True)
class BaseImage:
    """An image to build on.

    Attributes:
        reference: as Docker takes it.
        is_published: whether it is one of Azure ML's inference images, whose own server serves.
        python: the version that its name tells, such as ``3.12``; None if it tells none.

    """

    reference: str
    is_published: bool
    python: str | None


def named_image(reference: str) -> BaseImage:
    """Return the image of a reference.

    Raises:
        PackagingError: it is no reference to an image.

    """
    if not _IMAGE.fullmatch(reference):
        raise PackagingError(
            f"{reference!r} is not an image: it is named as in "
            "mcr.microsoft.com/azureml/minimal-py312-inference:latest."
        )
    last = reference.rpartition("/")[2]
    name = re.split(r"[:@]", last)[0]
    found = _PYTHON_IN_NAME.search(last)
    numbers = [group for group in found.groups() if group] if found else []
    return BaseImage(reference, name.endswith("-inference"), ".".join(numbers) or None)


def slim_image(python: str) -> BaseImage:
    """Return the small image of a version of Python."""
    return BaseImage(f"python:{python}-slim", is_published=False, python=python)
