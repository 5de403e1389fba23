"""What keeps a deployment from being packaged."""

from __future__ import annotations


class PackagingError(Exception):
    """A package that cannot be written; the text says why, and what to do."""


class NotFoundError(PackagingError):
    """Something that the package is made of is not there."""


class PackageExistsError(PackagingError):
    """A package is there already, and nobody said that it may be replaced."""
