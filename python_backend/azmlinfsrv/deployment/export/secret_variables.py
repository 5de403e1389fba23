"""Variables that are not written into files, since they may be secrets."""

from __future__ import annotations

import re
from collections.abc import Mapping

from azmlinfsrv.deployment.packaging.secrets import is_secret_variable

# Azure puts in what these stand for: `${{azureml://connections/…}}`, `${{keyvault:…}}`.
_REFERENCE = re.compile(r"\$\{\{[^{}]+\}\}")


def without_secrets(variables: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the variables that may be written, and the names of the others."""
    secret = tuple(
        name
        for name, value in variables.items()
        if is_secret_variable(name, value) and not _REFERENCE.fullmatch(value)
    )
    return {name: value for name, value in variables.items() if name not in secret}, secret
