"""The published files that describe a deployment, read and checked as a whole."""

from azmlinfsrv.deployment.formats.problems import DeploymentFileError, Place, Problem
from azmlinfsrv.deployment.formats.v1 import plan_from_v1
from azmlinfsrv.deployment.formats.v2 import plan_from_v2

__all__ = ["DeploymentFileError", "Place", "Problem", "plan_from_v1", "plan_from_v2"]
