"""An environment is made from the pip part, whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from azmlinfsrv.deployment.dependencies import DependencyError, create_environment
from azmlinfsrv.deployment.dependencies.compare import compare
from azmlinfsrv.deployment.dependencies.creation import Installer, is_finished
from azmlinfsrv.deployment.plan import Dependencies

from ...conftest import wait_until

METADATA = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.5\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A distribution of the test's own, so that no index is asked."""
    wheel = tmp_path / "tiny-1.5-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "VALUE = 5\n")
        archive.writestr("tiny-1.5.dist-info/METADATA", METADATA)
        archive.writestr("tiny-1.5.dist-info/WHEEL", WHEEL)
        archive.writestr(
            "tiny-1.5.dist-info/RECORD",
            "tiny.py,,\ntiny-1.5.dist-info/METADATA,,\ntiny-1.5.dist-info/WHEEL,,\n"
            "tiny-1.5.dist-info/RECORD,,\n",
        )
    return wheel


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_an_environment_has_what_is_wanted(
    tmp_path: Path, tiny: Path, installer: Installer
) -> None:
    dependencies = Dependencies(
        tmp_path / "conda.yml", pip=("--no-index", str(tiny)), conda=("libgomp",)
    )
    told: list[str] = []
    interpreter = create_environment(
        dependencies, tmp_path / "made" / "env", installer=installer, tell=told.append
    )
    value = subprocess.run(
        [interpreter, "-c", "import tiny; print(tiny.VALUE)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert value.stdout == "5\n"
    assert compare(Dependencies(pip=("tiny==1.5",)), interpreter) == []
    assert "tiny" in "\n".join(told)
    assert not list((tmp_path / "made" / "env").glob("azmlinfsrv-*"))


def test_an_environment_without_packages_is_made_too(tmp_path: Path) -> None:
    interpreter = create_environment(Dependencies(), tmp_path / "env")
    assert interpreter.is_file()


def test_a_package_that_is_not_to_be_had_leaves_nothing(tmp_path: Path) -> None:
    wanted = Dependencies(tmp_path / "conda.yml", pip=("--no-index", "gone-package==1"))
    with pytest.raises(DependencyError, match=r"conda\.yml cannot be installed[\s\S]*gone-package"):
        create_environment(wanted, tmp_path / "env", installer="uv")
    assert not (tmp_path / "env").exists()


def test_what_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "mine").write_text("mine")
    with pytest.raises(DependencyError, match="is there already"):
        create_environment(Dependencies(), tmp_path / "env")
    assert (tmp_path / "env" / "mine").read_text() == "mine"


def test_a_python_that_does_not_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(DependencyError, match=r"The environment cannot be made: .* does not run"):
        create_environment(Dependencies(), tmp_path / "env", python=tmp_path / "gone")
    assert not (tmp_path / "env").exists()


_MAKE = """
import sys
from pathlib import Path
from azmlinfsrv.deployment.dependencies import create_environment
from azmlinfsrv.deployment.plan import Dependencies
wanted = Dependencies(pip=("--no-index", sys.argv[2]))
create_environment(wanted, Path(sys.argv[1]), installer="pip")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_is_interrupted_leaves_nothing(tmp_path: Path, tiny: Path, number: int) -> None:
    env = tmp_path / "env"
    process = subprocess.Popen(
        [sys.executable, "-c", _MAKE, str(env), str(tiny)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until((env / "pyvenv.cfg").exists)
        process.send_signal(number)
        assert process.wait(20) != 0
    finally:
        process.kill()
        process.wait()
    assert not env.exists()


def test_what_a_killed_one_had_started_may_still_be_writing(
    tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = tmp_path / "env"
    env.mkdir()
    (env / "azmlinfsrv-unfinished").touch()
    remove = shutil.rmtree
    late = ["lib", "bin"]

    def remove_and_write(folder: Path, *, ignore_errors: bool) -> None:
        remove(folder, ignore_errors=ignore_errors)
        if late:
            (env / late.pop()).mkdir(parents=True)

    monkeypatch.setattr(shutil, "rmtree", remove_and_write)
    create_environment(Dependencies(pip=("--no-index", str(tiny))), env)
    assert is_finished(env)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_what_a_killed_one_has_left_is_made_anew(tmp_path: Path, tiny: Path) -> None:
    env = tmp_path / "env"
    process = subprocess.Popen([sys.executable, "-c", _MAKE, str(env), str(tiny)])
    try:
        wait_until((env / "pyvenv.cfg").exists)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert env.exists()
    wanted = Dependencies(pip=("--no-index", str(tiny)))
    interpreter = create_environment(wanted, env)
    assert compare(Dependencies(pip=("tiny==1.5",)), interpreter) == []
