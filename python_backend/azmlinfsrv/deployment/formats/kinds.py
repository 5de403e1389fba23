"""Which of the published files a document is, told by its keys: people mix them up."""

from __future__ import annotations

from azmlinfsrv.deployment.formats.document import Node
from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Problem

_FILES = {
    "inference": "an inference configuration (inferenceconfig.json). It goes with --ic",
    "compute": "a deployment configuration (deploymentconfig.json). It goes with --dc",
    "endpoint": "an endpoint file. It goes with --endpoint",
    "deployment": "the file of an online deployment. It goes with `azmlinfsrv deploy --file`",
    "batch": "the file of a batch deployment or endpoint, which answers no requests. Azure runs it",
    "conda": "a conda file. A deployment names it in its environment",
}
_CONDA_KEYS = {"name", "channels", "dependencies", "prefix", "variables", "platforms", "category"}


def refuse_other_file(root: Node, expected: str) -> None:
    """Raise DeploymentFileError if a document is plainly another file than is expected here.

    Args:
        root: the document.
        expected: ``inference``, ``compute``, ``endpoint`` or ``deployment``.

    """
    kind = kind_of(root)
    if kind not in (None, expected):
        message = f"This is {_FILES[kind]}." if kind else ""
        raise DeploymentFileError([Problem(root.place, message)])


def kind_of(root: Node) -> str | None:
    """Return which file a document is; None if its keys leave that open."""
    names = {key.text for key, _ in root.pairs}
    schema = next((value.text for key, value in root.pairs if key.text == "$schema"), "").lower()
    if "batch" in schema or "mini_batch_size" in names:
        return "batch"
    if "entryScript" in names:
        return "inference"
    if "computeType" in names:
        return "compute"
    if "endpoint_name" in names or "code_configuration" in names or "deployment" in schema:
        return "deployment"
    if "auth_mode" in names or "traffic" in names or "endpoint" in schema:
        return "endpoint"
    return "conda" if "dependencies" in names and names <= _CONDA_KEYS else None
