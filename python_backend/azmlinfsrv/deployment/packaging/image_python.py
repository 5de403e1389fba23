"""Which base image, and which Python is in it."""

from __future__ import annotations

import sys

from packaging.specifiers import SpecifierSet

from azmlinfsrv.deployment.packaging.base_image import BaseImage, named_image, slim_image
from azmlinfsrv.deployment.packaging.errors import PackagingError
from azmlinfsrv.deployment.packaging.server_wheel import OLDEST_PYTHON
from azmlinfsrv.deployment.plan import Dependencies

PUBLISHED_EXAMPLE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"
_RELEASES = ("3.14", "3.13", "3.12", "3.11", "3.10")


def choose_base(named: str | None, dependencies: Dependencies) -> tuple[BaseImage, str]:
    """Return the image to build on, and its Python, such as ``3.11``.

    The dependencies' Python counts first, then that of a named image, then the one that runs now.

    Raises:
        PackagingError: the server or the dependencies cannot have that Python, or the
            dependencies cannot be had on that image.

    """
    base = named_image(named) if named else None
    python = _wanted_python(dependencies, base)
    if base is None:
        base = slim_image(python)
    if base.is_published:
        return base, python
    if _numbers(python) < OLDEST_PYTHON:
        raise PackagingError(
            f"{_whose(dependencies, base)} names Python {python}, and this server needs "
            f"{'.'.join(map(str, OLDEST_PYTHON))} or later. Raise it there, or build on one of "
            f"Azure ML's inference images: --base-image {PUBLISHED_EXAMPLE}."
        )
    if base.python and base.python != python:
        raise PackagingError(
            f"{base.reference} has Python {base.python}, and {_whose(dependencies, None)} names "
            f"Python {python}. Make them the same."
        )
    if dependencies.conda:
        shown = ", ".join(dependencies.conda[:8]) + ", …" * (len(dependencies.conda) > 8)
        raise PackagingError(
            f"{_whose(dependencies, None)} names packages of conda, which {base.reference} has "
            f"not: {shown}. Name those that PyPI has under `pip:`, or build on an image with "
            f"conda: --base-image {PUBLISHED_EXAMPLE}."
        )
    return base, python


def needs_conda(base: BaseImage, python: str, dependencies: Dependencies) -> bool:
    """Return whether the packages need an environment of conda, beside that of the image."""
    other_python = base.python is not None and base.python != python
    return base.is_published and (bool(dependencies.conda) or other_python)


def _wanted_python(dependencies: Dependencies, base: BaseImage | None) -> str:
    running = "{}.{}".format(*sys.version_info[:2])
    preferred = base.python if base and base.python else running
    if dependencies.python:
        major, _, rest = dependencies.python.partition(".")
        # "3" alone is any of them.
        return f"{major}.{rest.partition('.')[0]}" if rest else preferred
    if dependencies.python_range is None:
        return preferred
    within = SpecifierSet(dependencies.python_range)
    for release in (preferred, *_RELEASES):
        if within.contains(f"{release}.0") or within.contains(f"{release}.99"):
            return release
    raise PackagingError(
        f"{_whose(dependencies, None)} names Python {dependencies.python_range}, and this server "
        f"runs on {_RELEASES[-1]} to {_RELEASES[0]}."
    )


def _numbers(python: str) -> tuple[int, ...]:
    return tuple(int(part) for part in python.split("."))


def _whose(dependencies: Dependencies, base: BaseImage | None) -> str:
    named_by_image = base is not None and base.python and not dependencies.python
    if named_by_image and base is not None:
        return base.reference
    return str(dependencies.file.name if dependencies.file else "this command")
