"""Run ``azmlinfsrv export`` on a project of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from azmlinfsrv.cli import export

from ..formats.project import Project

RunExport = Callable[..., "Outcome"]
IMAGE = "registry.example.com/diabetes:1"


@dataclass
class Outcome:
    """What the command did."""

    status: int
    out: str
    err: str
    folder: Path

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def yaml(self, name: str) -> Any:
        return yaml.safe_load(self.text(name))

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZMLINFSRV_HOME", str(tmp_path / "home"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "diabetes")
    made.write("src/requirements.txt", "numpy==1.26.4\n")
    return made


@pytest.fixture
def run_export(project: Project, capsys: pytest.CaptureFixture[str]) -> RunExport:
    """Run the command in this process, by default on the project's script."""

    def run(target: str, *words: str, output: Path | None = None) -> Outcome:
        folder = output or project.folder.parent / "out"
        named = not {"--entry_script", "--file", "--ic", "--service"} & set(words)
        script = ["--entry_script", str(project.folder / "src/score.py")] if named else []
        image = ["--image", IMAGE] if target == "kubernetes" and "--image" not in words else []
        capsys.readouterr()
        try:
            status = export.main([target, *script, *image, "-o", str(folder), *words])
        except SystemExit as end:
            status = int(end.code or 0)
        printed = capsys.readouterr()
        return Outcome(status, printed.out, printed.err, folder)

    return run


@pytest.fixture
def profile(project: Project) -> Callable[..., Path]:
    """Write a profile as the profiler itself writes it, with known figures."""

    def write(**changes: object) -> Path:
        file = project.folder / "profile.json"
        file.write_text(json.dumps({**known_profile(), **changes}), encoding="utf-8")
        return file

    return write


def known_profile() -> Mapping[str, Any]:
    """Return the result of the profiler's own code for a profile with known figures."""
    from dataclasses import replace

    from azmlinfsrv.cli.profiling.published import published_result
    from azmlinfsrv.cli.profiling.recommend import recommend

    from ...cli.profiling.profiles import PROFILE

    measured = replace(PROFILE, target_rps=40.0, init_seconds=12.5)
    return published_result(measured, recommend(measured))
