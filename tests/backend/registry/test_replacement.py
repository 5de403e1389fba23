"""A version is replaced by a process that is killed at each of its steps."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from azmlinfsrv.registry import NoSuchModelError, Registry

from .registering import everything_in, reference_to, register

if sys.platform == "win32":
    pytest.skip("no process is killed so on this system", allow_module_level=True)

# The process ends as if the power failed, just before its rename number STOP.
REPLACE = """
import os, signal, sys
from pathlib import Path
from azmlinfsrv.registry import Registration, Registry
root, file, stop = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
seen = 0
def hook(event, arguments):
    global seen
    if event == "os.rename":
        seen += 1
        if seen == stop:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
Registry(root).register(Registration("iris", file, version=1, overwrite=True))
"""
OLD, NEW = "old", "new"


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    registry = Registry(tmp_path / "registry")
    register(registry, "iris", OLD)
    return registry


def replace_until(registry: Registry, stop: int) -> int:
    file = registry.root.parent / "new" / "model.pkl"
    file.parent.mkdir(exist_ok=True)
    file.write_text(NEW)
    words = [sys.executable, "-c", REPLACE, str(registry.root), str(file), str(stop)]
    return subprocess.run(words, timeout=60, check=False).returncode


def content(registry: Registry) -> str:
    model = registry.resolve("iris:1")
    registry.verify(model)
    return (model.folder / "model.pkl").read_text()


def test_one_of_both_is_there_wherever_it_is_killed(registry: Registry) -> None:
    found: list[str] = []
    while replace_until(registry, stop=len(found) + 1) == -signal.SIGKILL:
        found.append(content(registry))
        assert registry.names() == ["iris"]
        register(registry, "iris", OLD, version=1, overwrite=True)
        assert everything_in(registry.root) == {"iris/1/model.pkl", "iris/1.json", "iris/1.sha256"}
    # Three files went and three came; with the last of them the new one is there.
    assert found == [OLD] * 6
    assert content(registry) == NEW


@pytest.mark.parametrize("stop", [2, 4, 6])
def test_what_comes_next_finds_the_old_one_whatever_it_is(registry: Registry, stop: int) -> None:
    assert replace_until(registry, stop) == -signal.SIGKILL
    assert register(registry, "iris", "next").version == 2
    assert content(registry) == OLD
    assert replace_until(registry, stop) == -signal.SIGKILL
    registry.delete(reference_to(registry.resolve("iris:2")))
    assert content(registry) == OLD
    assert replace_until(registry, stop) == -signal.SIGKILL
    registry.delete(reference_to(registry.resolve("iris:1")))
    with pytest.raises(NoSuchModelError):
        registry.resolve("iris")
