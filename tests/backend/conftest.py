"""Helpers for every test: write an entry script, run the real server as a process."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ECHO = """
    def init():
        pass

    def run(raw_data):
        return raw_data
"""

WriteScript = Callable[..., Path]


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every test, and every process that it starts, away from this user's models."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AZMLINFSRV_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def write_script(tmp_path: Path) -> WriteScript:
    """Write an entry script (dedented) into the test's own folder and return its path."""

    def write(source: str, name: str = "score.py") -> Path:
        path = tmp_path / name
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path

    return write


@dataclass
class HttpAnswer:
    """What came back from the server."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Server:
    """A real server process, told by its own life-cycle events when it is ready."""

    def __init__(self, folder: Path, options: list[str], env: dict[str, str]) -> None:
        self.folder = folder
        own = Path(tempfile.mkdtemp(dir=folder, prefix=".server-"))
        self._events = own / "events.jsonl"
        self.output_file = own / "output.txt"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AZUREML_", "AML_"))}
        with self.output_file.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "azmlinfsrv", *options],
                cwd=folder,
                env={**clean, **env, "AZMLINFSRV_EVENTS": str(self._events)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def events(self) -> list[dict[str, Any]]:
        if not self._events.exists():
            return []
        return [json.loads(line) for line in self._events.read_text().splitlines()]

    @property
    def output(self) -> str:
        return self.output_file.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self, seconds: float = 20) -> str:
        """Return the URL of the server; fails with its output when it ends before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for event in self.events:
                if event["event"] == "ready":
                    return str(event["url"])
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        pytest.fail(f"the server did not get ready:\n{self.output}")

    def wait_for_exit(self, seconds: float = 20) -> int:
        return self.process.wait(seconds)

    def request(
        self,
        path: str,
        body: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        method: str | None = None,
    ) -> HttpAnswer:
        data = body.encode() if isinstance(body, str) else body
        request = urllib.request.Request(
            self.wait_until_ready() + path,
            data,
            {"Content-Type": "application/json", **(headers or {})},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return HttpAnswer(response.status, dict(response.headers), response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return HttpAnswer(error.code, dict(error.headers), error.read().decode())

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def free_port() -> int:
    """Return a port that was free a moment ago.

    Unlike auto's 5001 no other test wants it, and unlike those that the system hands out no other
    test's connection comes from it.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for a state; fails when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what the test waits for does not come"
        time.sleep(0.01)


StartServer = Callable[..., Server]


@pytest.fixture
def start_server(tmp_path: Path, write_script: WriteScript) -> Iterator[StartServer]:
    """Start the server on a script of the test's own folder, on loopback and a free port."""
    started: list[Server] = []

    def start(source: str = ECHO, *options: str, env: dict[str, str] | None = None) -> Server:
        write_script(source)
        words = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", "auto", *options]
        server = Server(tmp_path, words, env or {})
        started.append(server)
        return server

    yield start
    for server in started:
        with contextlib.suppress(ProcessLookupError):
            server.stop()


@pytest.fixture(params=["gunicorn", "waitress"])
def front(request: pytest.FixtureRequest) -> str:
    """Both fronts, where both exist."""
    name: str = request.param
    if name == "gunicorn" and sys.platform == "win32":
        pytest.skip("gunicorn does not run on Windows")
    return name
