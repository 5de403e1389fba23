"""The requirements of an image: what the deployment needs, pinned, and the server itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.deployment.packaging.base_image import BaseImage
from azmlinfsrv.deployment.packaging.errors import NotFoundError
from azmlinfsrv.deployment.packaging.pinning import Pins, Target, Wanted, pin
from azmlinfsrv.deployment.packaging.pinning.wanted import installed_versions
from azmlinfsrv.deployment.packaging.server_wheel import REQUIREMENTS, Wheel, build_server_wheel
from azmlinfsrv.deployment.plan import Dependencies


@dataclass(frozen=True)
class RequirementsFile:
    """``requirements.txt`` and the wheels that it names.

    Attributes:
        pins: the packages of indexes.
        server: this server; None where the image has one of its own.

    """

    pins: Pins
    server: Wheel | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to install."""
        return not self.pins.lines and self.server is None

    @property
    def has_wheels(self) -> bool:
        """Whether it names files in ``wheels``."""
        return self.server is not None or bool(self.pins.wheels)

    @property
    def text(self) -> str:
        """The file's text."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        server = self.server
        for line in self.pins.lines:
            yield line.replace(" --hash=", " \\\n    --hash=")
        if server is not None and self.pins.has_hashes:
            yield f"./wheels/{server.name} \\\n    --hash=sha256:{server.sha256}"
        elif server is not None:
            yield f"./wheels/{server.name}"


def requirements_file(dependencies: Dependencies, base: BaseImage, python: str) -> RequirementsFile:
    """Return the requirements of an image.

    Raises:
        PackagingError: they cannot be pinned.

    """
    lines = dependencies.pip
    if not base.is_published:
        lines = (*lines, *REQUIREMENTS)
    with tempfile.TemporaryDirectory(prefix="azmlinfsrv-package-") as folder:
        wanted = Wanted(lines, Target.of(python), installed_versions(), Path(folder))
        pins = pin(wanted)
    for wheel in pins.wheels:
        if not wheel.is_file():
            raise NotFoundError(f"{wheel}, which the requirements name, is not there.")
    return RequirementsFile(pins, None if base.is_published else build_server_wheel())
