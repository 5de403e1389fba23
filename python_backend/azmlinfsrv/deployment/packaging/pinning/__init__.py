"""Requirements with exact versions, and the hashes of their files: the same image every time."""

from azmlinfsrv.deployment.packaging.pinning.pin import Pins, pin
from azmlinfsrv.deployment.packaging.pinning.wanted import Target, Wanted

__all__ = ["Pins", "Target", "Wanted", "pin"]
