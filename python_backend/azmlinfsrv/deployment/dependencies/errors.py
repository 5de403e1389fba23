"""What can go wrong with interpreters and environments."""

from __future__ import annotations


class DependencyError(Exception):
    """An interpreter cannot be asked, or an environment not be made. The text is for people."""
