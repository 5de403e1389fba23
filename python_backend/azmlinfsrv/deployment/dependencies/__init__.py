"""What a deployment wants installed, and what an interpreter has.

``compare`` is not brought together here: it needs packaging, for which nobody is to wait whose
deployment names no packages.
"""

from azmlinfsrv.deployment.dependencies.creation import create_environment, left_out
from azmlinfsrv.deployment.dependencies.errors import DependencyError

__all__ = ["DependencyError", "create_environment", "left_out"]
