"""Variables that are not written into files, since they may be secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azmlinfsrv.deployment.export.errors import ExportError
from azmlinfsrv.deployment.packaging.secrets import is_secret_variable

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Azure puts in what these stand for: `${{azureml://connections/…}}`, `${{keyvault:…}}`.
_REFERENCE = re.compile(r"\$\{\{[^{}]+\}\}")


def without_secrets(variables: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the variables that may be written, and the names of the others.

    Raises:
        ExportError: a name is none: it would be a part of a command line.

    """
    for name in variables:
        if not _NAME.fullmatch(name):
            raise ExportError(
                f"the deployment sets {name!r}, which is no name of a variable: letters, digits "
                "and '_' make one."
            )
    secret = tuple(
        name
        for name, value in variables.items()
        if is_secret_variable(name, value) and not _REFERENCE.fullmatch(value)
    )
    return {name: value for name, value in variables.items() if name not in secret}, secret
