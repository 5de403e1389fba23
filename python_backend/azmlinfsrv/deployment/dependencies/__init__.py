"""What a deployment wants installed, and what an interpreter has."""

from azmlinfsrv.deployment.dependencies.compare import Difference, compare
from azmlinfsrv.deployment.dependencies.creation import create_environment
from azmlinfsrv.deployment.dependencies.errors import DependencyError

__all__ = ["DependencyError", "Difference", "compare", "create_environment"]
