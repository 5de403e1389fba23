"""``azureml.core``, as far as an entry script needs it while it serves."""

from azmlinfsrv.compat.model import Model

__all__ = ["Model"]
