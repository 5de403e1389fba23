"""The same deployment gives the same package, wherever and whenever it is written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from azmlinfsrv.deployment.packaging.server_wheel import REQUIREMENTS, build_server_wheel

from .conftest import PackageCommand, tree


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")
def test_two_runs_in_other_folders_at_other_times_give_the_same_bytes(
    project: Path, run_package: PackageCommand
) -> None:
    (project / "run.sh").write_text("#!/bin/sh\n")
    (project / "run.sh").chmod(0o700)
    (project / "requirements.txt").write_text("itsdangerous\n")
    (project / "model").mkdir()
    (project / "model" / "weights.bin").write_bytes(b"123")
    elsewhere = project.parent / "deeper" / "project"
    elsewhere.parent.mkdir()
    first = run_package("--base_image", "python:3.11-slim", "--dev_container")
    assert first.status == 0, first.err
    project.rename(elsewhere)
    for path in elsewhere.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    (elsewhere / "score.py").chmod(0o600)
    before = os.umask(0o077)
    try:
        second = run_package(
            *("--base_image", "python:3.11-slim", "--dev_container"),
            output=elsewhere.parent / "package",
            script=elsewhere / "score.py",
        )
    finally:
        os.umask(before)
    assert second.status == 0, second.err
    one, other = tree(project.parent / "package"), tree(elsewhere.parent / "package")
    assert one == other
    assert {mode & 0o777 for mode, _time, _content in one.values()} == {0o644, 0o755}
    assert one["azureml-app/run.sh"][0] & 0o777 == 0o755
    assert len({time for _mode, time, _content in one.values()}) == 1


def test_a_replaced_package_holds_nothing_of_the_one_before(
    project: Path, run_package: PackageCommand
) -> None:
    (project / "old.txt").write_text("old")
    assert run_package().status == 0
    first = tree(project.parent / "package")
    (project / "old.txt").unlink()
    assert run_package("--force").status == 0
    second = tree(project.parent / "package")
    assert set(first) - set(second) == {"azureml-app/old.txt"}
    assert [path.name for path in project.parent.iterdir() if path.name.startswith(".")] == []


def test_the_wheel_of_the_server_runs_and_needs_what_the_project_says(tmp_path: Path) -> None:
    wheel = build_server_wheel()
    assert wheel == build_server_wheel()
    (tmp_path / wheel.name).write_bytes(wheel.content)
    target = tmp_path / "installed"
    install = ["pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([sys.executable, "-m", *install, str(tmp_path / wheel.name)], check=True)
    done = subprocess.run(
        [sys.executable, str(target / "bin" / "azmlinfsrv"), "--version"],
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("azmlinfsrv "), done.stderr
    # The templates and the other files that are not code.
    assert list(target.rglob("*.jinja"))


def test_the_wheel_needs_what_the_project_says() -> None:
    if sys.version_info < (3, 11):
        import tomli as tomllib
    else:
        import tomllib
    project = Path(__file__).parents[4] / "pyproject.toml"
    declared = tomllib.loads(project.read_text())["project"]["dependencies"]
    assert list(REQUIREMENTS) == declared
