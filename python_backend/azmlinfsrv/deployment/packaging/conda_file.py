"""The conda environment of an image that has conda."""

from __future__ import annotations

import re

from azmlinfsrv.deployment.packaging.errors import PackagingError
from azmlinfsrv.deployment.plan import Dependencies, DeploymentPlan

_NAMES_FILES = re.compile(r"^\s*-\s*(?:-[rcef]|--requirement|--constraint|\.{0,2}/)", re.MULTILINE)


def conda_file_text(plan: DeploymentPlan, dependencies: Dependencies) -> bytes:
    """Return the conda file that the dependencies come from, as it is.

    Raises:
        PackagingError: there is none of its own, or it names further files.

    """
    file = dependencies.file
    if file is None or file.absolute() in plan.files or file.suffix not in (".yml", ".yaml"):
        raise PackagingError(
            "the packages of conda are not in a file of their own. Put them into conda.yml, and "
            "name that in the deployment (conda_file, condaDependenciesFile)."
        )
    text = file.read_bytes()
    if _NAMES_FILES.search(text.decode("utf-8", "replace")):
        raise PackagingError(
            f"{file} names further files for pip, which the image would not have. Write their "
            "lines into it."
        )
    return text
