"""What keeps a deployment from being handed over."""

from __future__ import annotations

from azmlinfsrv.deployment.packaging.errors import PackagingError


class ExportError(PackagingError):
    """Files that cannot be written; the text says why, and what to do."""


class OptionError(ExportError):
    """The options contradict one another, or name something that there is not."""
