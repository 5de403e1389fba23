"""A small project to package."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.cli import package

# Its own server serves, so that nothing has to be asked of an index.
PUBLISHED_IMAGE = "mcr.microsoft.com/azureml/minimal-py312-inference:latest"


@dataclass
class Outcome:
    """What the command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


PackageCommand = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("AZMLINFSRV_HOME", str(home))
    return home


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "score.py").write_text("def init():\n    pass\n\ndef run(data):\n    return data\n")
    return folder


@pytest.fixture
def run_package(project: Path, capsys: pytest.CaptureFixture[str]) -> PackageCommand:
    """Run the command in this process, on the published image and the project's script."""

    def run(*words: str, output: Path | None = None, script: Path | None = None) -> Outcome:
        named = "--entry_script" not in words and "--file" not in words and "--ic" not in words
        base = [] if "--base_image" in words else ["--base_image", PUBLISHED_IMAGE]
        source = ["--entry_script", str(script or project / "score.py")] if named else []
        where = ["-o", str(output or project.parent / "package")]
        try:
            status = package.main([*source, *base, *where, *words])
        except SystemExit as error:
            status = int(error.code or 0)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return mode, time and content of all that is in a folder, itself included."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        name = path.relative_to(folder).as_posix()
        found[name] = (status.st_mode, int(status.st_mtime), content)
    return found
