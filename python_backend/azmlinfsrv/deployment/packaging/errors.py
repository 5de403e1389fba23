"""What keeps a deployment from being packaged."""

from __future__ import annotations


class PackagingError(Exception):
    """A package that cannot be written; the text says why, and what to do."""


class NotFoundError(PackagingError):
    """Something that the package is made of is not there."""
