"""The server as a wheel: what a build context holds in place of an index that has it."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import azmlinfsrv

NAME = "azmlinfsrv"
# Those of pyproject.toml, which the bundled server does not have at hand; a test compares them.
REQUIREMENTS = (
    "debugpy>=1.8.15",
    "filelock>=3.13",
    "flask>=3.0,<4",
    "flask-swagger-ui>=5.32,<6",
    "gunicorn>=26.2; sys_platform != 'win32'",
    "inference-schema>=1.8,<2",
    "itsdangerous>=2.1.2,<3",
    "json-with-comments>=1.2",
    "packaging>=23.2",
    "pathspec>=0.12",
    "platformdirs>=4.2",
    "pyflakes>=3.2",
    "pygls>=2.0,<3",
    "pyyaml>=6.0",
    "tomli>=2.0; python_version < '3.11'",
    "waitress>=3.0.1",
    "watchdog>=5",
)
OLDEST_PYTHON = (3, 10)
# The earliest moment that a zip file knows.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Wheel:
    """A wheel: its file name and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash by which pip knows it."""
        return hashlib.sha256(self.content).hexdigest()


def build_server_wheel() -> Wheel:
    """Return the server that runs now as a wheel, the same bytes each time.

    Raises:
        OSError: its own files cannot be read.

    """
    info = f"{NAME}-{azmlinfsrv.__version__}.dist-info"
    members = [*_package_files(), *_information(info)]
    record = f"{info}/RECORD"
    members.append((record, _record(members, record)))
    buffer = io.BytesIO()
    # Stored, not compressed: zlib's output differs from one build of it to another.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _DATE)
            # The same on every platform: a regular file of Unix, readable by all.
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return Wheel(f"{NAME}-{azmlinfsrv.__version__}-py3-none-any.whl", buffer.getvalue())


def _package_files() -> Iterator[tuple[str, bytes]]:
    package = Path(azmlinfsrv.__file__).parent
    files = sorted(
        (path for path in package.rglob("*") if path.is_file() and _belongs(path)),
        key=lambda path: path.relative_to(package).as_posix(),
    )
    for path in files:
        yield f"{NAME}/{path.relative_to(package).as_posix()}", path.read_bytes()


def _belongs(path: Path) -> bool:
    return "__pycache__" not in path.parts and path.suffix != ".pyc"


def _information(info: str) -> Iterator[tuple[str, bytes]]:
    yield (
        f"{info}/METADATA",
        _lines(
            "Metadata-Version: 2.4",
            f"Name: {NAME}",
            f"Version: {azmlinfsrv.__version__}",
            "Summary: Run and debug an Azure Machine Learning entry script (score.py).",
            "License-Expression: MIT",
            f"Requires-Python: >={'.'.join(map(str, OLDEST_PYTHON))}",
            *(f"Requires-Dist: {requirement}" for requirement in REQUIREMENTS),
        ),
    )
    yield (
        f"{info}/WHEEL",
        _lines(
            "Wheel-Version: 1.0",
            "Generator: azmlinfsrv package",
            "Root-Is-Purelib: true",
            "Tag: py3-none-any",
        ),
    )
    yield f"{info}/entry_points.txt", _lines("[console_scripts]", f"{NAME} = {NAME}.cli:main")


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _record(members: list[tuple[str, bytes]], record: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for name, content in members:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
        writer.writerow((name, f"sha256={digest.decode()}", len(content)))
    writer.writerow((record, "", ""))
    return text.getvalue().encode()
