"""The requirements of an image: what the deployment needs, pinned, and the server itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from azmlinfsrv.deployment.packaging.base_image import BaseImage
from azmlinfsrv.deployment.packaging.errors import NotFoundError
from azmlinfsrv.deployment.packaging.pinning import Pins, Target, Wanted, pin
from azmlinfsrv.deployment.packaging.pinning.options import image_options
from azmlinfsrv.deployment.packaging.pinning.wanted import installed_versions
from azmlinfsrv.deployment.packaging.server_wheel import REQUIREMENTS, Wheel, build_server_wheel
from azmlinfsrv.deployment.plan import Dependencies

# Packages whose wheels expect a library of the system.
_SYSTEM_LIBRARIES = {
    "lightgbm": "libgomp1",
    "opencv-contrib-python": "libgl1 and libglib2.0-0",
    "opencv-python": "libgl1 and libglib2.0-0",
}


@dataclass(frozen=True)
class RequirementsFile:
    """``requirements.txt`` and the wheels that it names.

    Attributes:
        pins: the packages of indexes.
        server: this server; None where the image has one of its own.
        options: lines that tell pip where else to look.
        has_passwords: whether some of these places want a password, which is not in them.

    """

    pins: Pins
    server: Wheel | None
    options: tuple[str, ...] = ()
    has_passwords: bool = False

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
        yield from self.options
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
    options = image_options(lines)
    if not base.is_published:
        lines = (*lines, *REQUIREMENTS)
    with tempfile.TemporaryDirectory(prefix="azmlinfsrv-package-") as folder:
        wanted = Wanted(lines, Target.of(python), installed_versions(), Path(folder))
        pins = pin(wanted)
    notes = [*pins.notes, *options.notes, *_missing_libraries(pins, base)]
    other = [
        f"{name} {number} (here {wanted.installed[name]})"
        for name, number in map(_name_and_version, pins.lines)
        if wanted.installed.get(name, number) != number
    ]
    if other:
        notes.append(f"The image has other versions than this Python: {', '.join(other)}.")
    for wheel in pins.wheels:
        if not wheel.is_file():
            raise NotFoundError(f"{wheel}, which the requirements name, is not there.")
    server = None if base.is_published else build_server_wheel()
    return RequirementsFile(
        replace(pins, notes=tuple(notes)), server, options.lines, bool(options.notes)
    )


def _missing_libraries(pins: Pins, base: BaseImage) -> Iterator[str]:
    """Yield what a slim image has to be given before some packages can be imported."""
    if not base.reference.endswith("-slim"):
        return
    names = {_name_and_version(line)[0] for line in pins.lines}
    for name in sorted(names & _SYSTEM_LIBRARIES.keys()):
        yield (
            f"{name} needs {_SYSTEM_LIBRARIES[name]} of Debian, which {base.reference} does not "
            "have. Build on an image that has it: --base_image."
        )


def _name_and_version(line: str) -> tuple[str, str]:
    name, _, rest = line.partition("==")
    return name, rest.split(" ")[0]
