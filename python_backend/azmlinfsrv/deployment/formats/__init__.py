"""The published files that describe a deployment, read and checked as a whole."""

from typing import TYPE_CHECKING, Any

from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Place, Problem

if TYPE_CHECKING:
    from azmlinfsrv.deployment.formats.v1 import plan_from_v1
    from azmlinfsrv.deployment.formats.v2 import plan_from_v2

__all__ = ["DeploymentFileError", "Place", "Problem", "plan_from_v1", "plan_from_v2"]


def __getattr__(name: str) -> Any:
    """Import the reader of one version's files when it is asked for: nobody needs both."""
    if name == "plan_from_v1":
        from azmlinfsrv.deployment.formats.v1 import plan_from_v1

        return plan_from_v1
    if name == "plan_from_v2":
        from azmlinfsrv.deployment.formats.v2 import plan_from_v2

        return plan_from_v2
    raise AttributeError(name)
