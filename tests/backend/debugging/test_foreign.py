"""The published server's processes: which can be debugged, and what is missing where not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.debugging.foreign import (
    Process,
    is_published,
    published_processes,
    refusal,
)

from ..conftest import wait_until

WORKER = Process(11, 10, 1000, ("python", "-m", "azureml_inference_server_http.amlserver"), "py")
MAY: dict[str, Any] = {
    "is_master": False,
    "user": 1000,
    "python": lambda _: (3, 11),
    "ptrace_scope": 0,
    "may_trace": False,
    "has_gdb": True,
}


def test_a_worker_of_the_same_user_can_be_debugged_with_gdb() -> None:
    assert refusal(WORKER, **MAY) is None


def test_from_python_3_14_on_no_gdb_is_needed() -> None:
    assert refusal(WORKER, **{**MAY, "python": lambda _: (3, 14), "has_gdb": False}) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"is_master": True}, "never calls run(): its workers do. Choose a worker."),
        ({"user": 1001}, "It belongs to another user."),
        ({"ptrace_scope": 1}, "ptrace_scope is 1"),
        ({"user": 0}, "--cap-add=SYS_PTRACE"),
        ({"has_gdb": False}, "gdb is not installed"),
    ],
)
def test_what_is_missing_to_debug_a_process_is_said_exactly(
    given: dict[str, Any], told: str
) -> None:
    assert told in (refusal(WORKER, **{**MAY, **given}) or "")


def test_who_may_debug_everything_is_not_held_up_by_ptrace_scope() -> None:
    assert refusal(WORKER, **{**MAY, "user": 0, "may_trace": True, "ptrace_scope": 1}) is None


def test_our_command_is_not_taken_for_the_published_one_of_the_same_name(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours" / "azmlinfsrv", tmp_path / "theirs" / "azmlinfsrv"
    for script, module in ((ours, "azmlinfsrv.cli"), (theirs, "azureml_inference_server_http.x")):
        script.parent.mkdir()
        script.write_text(f"from {module} import main\nmain()\n")
    assert is_published(("python3", str(theirs), "--entry_script", "score.py"))
    assert not is_published(("python3", str(ours), "--entry_script", "score.py"))
    assert not is_published(("timeout", "9", str(theirs)))


@pytest.fixture
def published(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that forks a worker, under the published server's name."""
    package = tmp_path / "azureml_inference_server_http"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "amlserver.py").write_text("import os, sys\nos.fork()\nsys.stdin.read()\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "azureml_inference_server_http.amlserver"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
    )
    yield process
    process.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_master_and_worker_are_told_apart(published: subprocess.Popen[bytes]) -> None:
    def family() -> list[tuple[str, bool]]:
        return [
            (each.role, each.pid == published.pid)
            for each in published_processes()
            if published.pid in {each.pid, each.parent}
        ]

    wait_until(lambda: family() == [("master", True), ("worker", False)])
