"""The environment variables of a deployment that mean something to the server itself."""

from __future__ import annotations

import re

from azmlinfsrv.deployment.formats.problems import Report
from azmlinfsrv.deployment.formats.section import Section

_NUMBERS = ("WORKER_COUNT", "SCORING_TIMEOUT_MS")
# Where Azure ML's images keep what is deployed.
_IMAGE_ROOT = "/var/azureml-app"
_FOLDERS = ("AZUREML_MODEL_DIR", "AML_APP_ROOT", "AZUREML_INFERENCE_PYTHON_PATH")


def check_variables(variables: Section | None, report: Report) -> None:
    """Tell what the server could not start with, and what names a folder of an image."""
    if variables is None:
        return
    for name in _NUMBERS:
        if name in variables.values and _number(variables, name) is None:
            report.problem(variables.at(name), f"`{name}` takes a whole number of 1 or more.")
    for name in _FOLDERS:
        if _is_in_image(variables, name):
            report.note(
                variables.at(name),
                f"`{name}`: {variables.get(name, str)} is a folder of Azure ML's images; it is "
                "not set here.",
            )


def worker_count(variables: Section | None) -> int:
    """Return how many workers are asked for."""
    return _number(variables, "WORKER_COUNT") or 1


def scoring_timeout_ms(variables: Section | None, limit: int | None = None) -> int | None:
    """Return how long a request may take: what the variable says, but no longer than the limit."""
    limits = [each for each in (_number(variables, "SCORING_TIMEOUT_MS"), limit) if each]
    return min(limits, default=None)


def service_variables(variables: Section | None) -> dict[str, str]:
    """Return the variables that a service on this machine gets."""
    if variables is None:
        return {}
    return {
        name: value
        for name, value in variables.values.items()
        if isinstance(value, str) and not (name in _FOLDERS and _is_in_image(variables, name))
    }


def _is_in_image(variables: Section, name: str) -> bool:
    return (variables.get(name, str) or "").startswith(_IMAGE_ROOT)


def _number(variables: Section | None, name: str) -> int | None:
    text = (variables.get(name, str) or "").strip() if variables is not None else ""
    return int(text) if re.fullmatch("[1-9][0-9]{0,8}", text) else None
