"""What is to be pinned, and for which Python."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import canonicalize_name


@dataclass(frozen=True)
class Target:
    """The Python of an image.

    Attributes:
        python: its version, such as ``3.11``.
        machine: the processor, as Python's ``platform.machine()`` of Linux names it.

    """

    python: str
    machine: str

    @classmethod
    def of(cls, python: str) -> Target:
        """Return the target for an image that is built on this machine."""
        is_arm = platform.machine().lower() in ("aarch64", "arm64")
        return cls(python, "aarch64" if is_arm else "x86_64")


@dataclass(frozen=True)
class Wanted:
    """Requirements to pin.

    Attributes:
        lines: lines of a requirements file: requirements and options, paths absolute.
        target: the Python that they are for.
        installed: names, as indexes write them, and versions: what runs on this machine, and what
            is taken wherever the lines allow it.
        folder: an empty folder to work in.

    """

    lines: tuple[str, ...]
    target: Target
    installed: Mapping[str, str]
    folder: Path

    @property
    def requirements(self) -> list[str]:
        """The lines that are requirements."""
        return [line for line in self.lines if not line.startswith("-")]


def installed_versions() -> dict[str, str]:
    """Return what is installed for the Python that runs now, by names as indexes write them."""
    from importlib.metadata import distributions

    found: dict[str, str] = {}
    for distribution in distributions():
        name = distribution.metadata["Name"]
        if name:
            # The first one on the path is what an import gets.
            found.setdefault(canonicalize_name(name), distribution.version)
    return dict(sorted(found.items()))
