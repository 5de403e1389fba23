"""Services of the test's own, none of which is left when it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.deployment.plan import DeploymentPlan
from azmlinfsrv.deployment.services import steering
from azmlinfsrv.deployment.services.definition import Definition
from azmlinfsrv.deployment.services.folder import ServiceFolder, all_services
from azmlinfsrv.deployment.services.spawn import SpawnedSupervisor
from azmlinfsrv.deployment.services.status import ProcessId

from ...conftest import ECHO, HttpAnswer, WriteScript

SECONDS = 60


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keep services in the test's own folder; whatever still runs at its end is ended."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AZMLINFSRV_HOME", str(folder))
    yield folder
    for service in all_services():
        with contextlib.suppress(Exception):
            steering.delete(service)


class Services:
    """Deploys scripts as services."""

    def __init__(self, folder: Path, write_script: WriteScript) -> None:
        self._folder = folder
        self._write_script = write_script

    def definition(
        self, source: str = ECHO, name: str = "echo", restarts: int = 2, **plan: Any
    ) -> Definition:
        script = self._write_script(source)
        values = {"name": name, "entry_script": script, "source_folder": self._folder, **plan}
        return Definition(
            DeploymentPlan(**values), (sys.executable, "-m", "azmlinfsrv"), restarts=restarts
        )

    def deploy(self, source: str = ECHO, **options: Any) -> ServiceFolder:
        definition = self.definition(source, **options)
        with SpawnedSupervisor() as supervisor:
            return steering.deploy(definition, supervisor, SECONDS)

    def update(self, service: ServiceFolder, **plan: Any) -> None:
        definition = service.definition()
        assert definition
        new = replace(definition, plan=replace(definition.plan, **plan))
        steering.update(service, new, SECONDS)


@pytest.fixture
def services(tmp_path: Path, write_script: WriteScript) -> Services:
    return Services(tmp_path, write_script)


def ask(service: ServiceFolder, body: str = "{}", **headers: str) -> HttpAnswer:
    """Score a request."""
    url = f"http://127.0.0.1:{service.status().port}/score"
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return HttpAnswer(answer.status, dict(answer.headers), answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return HttpAnswer(error.code, dict(error.headers), error.read().decode())


def processes(service: ServiceFolder) -> list[ProcessId]:
    """Return the supervisor and the server."""
    status = service.status()
    assert status.supervisor
    assert status.server
    return [status.supervisor, status.server]


def group_members(leader: int) -> list[int]:
    """Return the processes of a group that live."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == leader and fields[0] not in "ZX":
                found.append(int(entry.name))
    return found


def kill(process: ProcessId) -> None:
    os.kill(process.pid, signal.SIGKILL)


Deploy = Callable[..., ServiceFolder]
