"""What a server tells of its work while it works."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.debugging.figures import WorkerFigures, percentile, read_figures

from ..conftest import Server, StartServer, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends servers by POSIX signals")

# Each request waits for a file of its own name.
WAITING = """
    import json, os, time

    def init():
        pass

    def run(data):
        name = json.loads(data)
        while name and not os.path.exists(name):
            time.sleep(0.01)
        if name == "fail":
            raise ValueError(name)
        return name
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Records of these tests stand in the test's own folder."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "azmlinfsrv", *arguments]


def shown(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, timeout=60
    )


def listed() -> dict[str, Any]:
    rows = json.loads(shown("ps", "--json").stdout)
    assert len(rows) == 1
    return dict(rows[0])


class Watch:
    """``ps --watch``, and what it has printed last."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            command("ps", "--json", "--watch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.lines: list[list[dict[str, Any]]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def last(self) -> list[dict[str, Any]]:
        return self.lines[-1] if self.lines else []

    def until(self, **expected: object) -> dict[str, Any]:
        """Wait for a single server of which all this is true."""

        def is_there() -> bool:
            rows = self.last
            return len(rows) == 1 and all(rows[0][key] == expected[key] for key in expected)

        wait_until(is_there)
        return self.last[0]

    def end(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        code = self.process.wait(20)
        self._reader.join()
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(json.loads(line))


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    if watching.process.poll() is None:
        watching.end()


def in_background(server: Server, body: str) -> threading.Thread:
    """Send a request, which may get no answer: some tests end the worker that is at it."""

    def send() -> None:
        with contextlib.suppress(OSError):
            server.request("/score", body)

    thread = threading.Thread(target=send)
    thread.start()
    return thread


def test_ps_tells_of_a_request_while_it_runs_and_what_came_of_it(
    start_server: StartServer, front: str, watch: Watch, tmp_path: Path
) -> None:
    server = start_server(WAITING, "--server", front)
    server.wait_until_ready()
    idle = watch.until(state="ready", requests=0)
    assert idle["p50_ms"] is None
    assert idle["busy_since"] is None
    assert idle["init_seconds"] >= 0
    (tmp_path / "fail").touch()
    assert server.request("/score", '"fail"').status == 500
    thread = in_background(server, '"go"')
    busy = watch.until(state="busy", running=1, requests=1, failures=1)
    assert busy["busy_since"]
    (tmp_path / "go").touch()
    thread.join()
    done = watch.until(state="ready", running=0, requests=2, failures=1)
    assert done["p99_ms"] >= done["p50_ms"]
    assert done["busy_since"] is None


@pytest.mark.skipif(sys.platform != "linux", reason="memory and reads are told by /proc")
def test_ps_tells_memory_and_what_init_reads_while_it_reads(
    start_server: StartServer, front: str, watch: Watch, tmp_path: Path
) -> None:
    megabytes = 30
    (tmp_path / "model.bin").write_bytes(b"x" * (megabytes << 20))
    source = """
        import os, time

        def init():
            global model
            with open("model.bin", "rb") as stream:
                model = stream.read()
            while not os.path.exists("go"):
                time.sleep(0.01)

        def run(data):
            return len(model)
    """
    server = start_server(source, "--server", front)
    wait_until(lambda: watch.last and (watch.last[0]["bytes_read"] or 0) >= megabytes << 20)
    loading = watch.until(state="starting")
    assert loading["loading_since"]
    assert loading["init_seconds"] is None
    (tmp_path / "go").touch()
    server.wait_until_ready()
    ready = watch.until(state="ready", loading_since=None)
    assert megabytes <= ready["bytes_read"] / (1 << 20) < megabytes + 5
    assert ready["memory_bytes"] > megabytes << 20
    assert ready["init_seconds"] > 0


def test_ps_tells_of_a_worker_that_holds_pythons_lock(
    start_server: StartServer, front: str, watch: Watch
) -> None:
    # A backtracking match never comes back to Python code.
    source = """
        import re

        def init(): pass

        def run(data):
            re.match("(a+)+$", "a" * 60 + "b")
    """
    server = start_server(source, "--server", front)
    server.wait_until_ready()
    thread = in_background(server, "1")
    watch.until(state="busy", running=1)
    for pid in {*watch.last[0]["workers"], server.process.pid}:
        os.kill(pid, signal.SIGKILL)
    thread.join()


def test_what_a_worker_has_counted_survives_it(start_server: StartServer, watch: Watch) -> None:
    server = start_server(WAITING)
    for _ in range(3):
        assert server.request("/score", '""').status == 200
    (first,) = watch.until(requests=3)["workers"]
    thread = in_background(server, '"never"')
    watch.until(state="busy")
    os.kill(first, signal.SIGKILL)
    thread.join()
    wait_until(lambda: watch.last and watch.last[0]["workers"] not in ([], [first]))
    # The one that was in run() has got no answer.
    assert watch.until(state="ready", running=0, failures=1)["requests"] == 4
    assert server.request("/score", '""').status == 200
    watch.until(requests=5)


def test_the_figures_are_those_of_all_workers_together(
    start_server: StartServer, watch: Watch, tmp_path: Path
) -> None:
    server = start_server(WAITING, "--worker_count", "2")
    wait_until(lambda: [event["event"] for event in server.events].count("ready") == 2)
    threads = [in_background(server, '"go"')]
    watch.until(state="busy", running=1)
    # For the worker that is idle.
    threads.append(in_background(server, '"go"'))
    watch.until(state="busy", running=2)
    (tmp_path / "go").touch()
    for thread in threads:
        thread.join()
    watch.until(state="ready", requests=2, failures=0)


def test_a_script_that_is_loaded_anew_is_told_and_the_count_goes_on(
    start_server: StartServer, front: str, watch: Watch
) -> None:
    server = start_server(WAITING, "--server", front)
    server.request("/score", '""')
    before = watch.until(requests=1)["loaded"]
    assert before
    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: watch.last[0]["loaded"] not in (before, None))
    assert watch.last[0]["requests"] == 1
    server.request("/score", '""')
    watch.until(requests=2)


def test_a_preloaded_script_counts_as_loaded_in_its_workers(
    start_server: StartServer, watch: Watch
) -> None:
    server = start_server(WAITING, env={"WORKER_PRELOAD": "true"})
    server.request("/score", '""')
    assert watch.until(state="ready", requests=1)["loaded"]


def test_watching_says_that_there_is_nothing_and_ends_with_its_input(
    start_server: StartServer,
) -> None:
    watch = Watch()
    wait_until(lambda: watch.lines)
    assert watch.last == []
    server = start_server(WAITING)
    watch.until(state="ready")
    server.stop()
    wait_until(lambda: watch.last == [])
    assert watch.end() == 0


def test_an_idle_server_is_told_once(start_server: StartServer, watch: Watch) -> None:
    server = start_server(WAITING)
    server.wait_until_ready()
    watch.until(state="ready")
    # Memory settles; then nothing new is to be said for three looks.
    wait_until(lambda: _is_quiet(watch))


def _is_quiet(watch: Watch) -> bool:
    before = len(watch.lines)
    time.sleep(1.6)
    return len(watch.lines) == before


def test_the_table_shows_state_and_figures(start_server: StartServer) -> None:
    server = start_server(WAITING)
    server.request("/score", '""')
    heading, row = shown("ps").stdout.splitlines()
    assert heading.split()[:4] == ["PID", "PORT", "STATE", "AGE"]
    assert row.split()[2] == "ready"
    assert " ms " in row


def test_stop_ends_a_server_and_waits_for_it(start_server: StartServer, front: str) -> None:
    server = start_server(WAITING, "--server", front)
    server.wait_until_ready()
    stopped = shown("stop", str(server.process.pid))
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert server.process.wait(1) == 0


def test_stop_refuses_a_process_that_is_no_server() -> None:
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    refused = shown("stop", str(other.pid))
    assert refused.returncode == 2
    assert f"no server of yours has the pid {other.pid}" in refused.stderr
    assert other.poll() is None
    other.communicate(b"\n")


def test_half_of_the_requests_are_faster_than_the_median(tmp_path: Path) -> None:
    file = tmp_path / "worker-1.figures"
    figures = WorkerFigures(file)
    for milliseconds in range(1, 101):
        figures.request_began()
        figures.request_ended(milliseconds / 1000, has_failed=False)
    seen = read_figures(file)
    assert seen
    for share, expected in ((0.5, 50), (0.99, 99), (1.0, 100)):
        found = percentile(seen.buckets, share)
        assert found
        assert abs(found - expected) / expected < 0.07


@pytest.mark.parametrize("seconds", [0, 1e-7, 5e-6, 1e-3, 1, 3600, 1e9])
def test_every_duration_is_counted(tmp_path: Path, seconds: float) -> None:
    file = tmp_path / "worker-1.figures"
    figures = WorkerFigures(file)
    figures.request_began()
    figures.request_ended(seconds, has_failed=True)
    seen = read_figures(file)
    assert seen
    assert (sum(seen.buckets), seen.requests, seen.failures, seen.running) == (1, 1, 1, 0)


def test_figures_of_another_version_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "worker-1.figures"
    WorkerFigures(file)
    content = file.read_bytes()
    file.write_bytes(b"\x63" + content[1:])
    assert read_figures(file) is None
    file.write_bytes(content[:100])
    assert read_figures(file) is None
    assert read_figures(tmp_path / "none") is None


def test_a_worker_without_a_place_for_its_figures_counts_all_the_same(tmp_path: Path) -> None:
    figures = WorkerFigures(tmp_path / "missing" / "worker-1.figures")
    figures.request_began()
    figures.request_ended(1, has_failed=False)
