"""A debugger over a port: for any program that speaks the protocol, and for containers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import debugpy
import pytest

from ..conftest import StartServer, free_port, wait_until
from ..dap import SECONDS, Adapter, initialize
from .test_attach import ECHO, IN_INIT, IN_RUN, listed, score, script_of

ADAPTER = [sys.executable, str(Path(debugpy.__file__).parent / "adapter")]


@contextlib.contextmanager
def connected(port: int, script: Path, lines: list[int]) -> Iterator[SocketAdapter]:
    dap = SocketAdapter(port)
    try:
        initialize(dap)
        pending = dap.send("attach", justMyCode=True)
        dap.begin(script, lines)
        assert dap.response(pending)["success"]
        yield dap
    finally:
        dap.close()


class SocketAdapter(Adapter):
    """An adapter that listens on a port."""

    def __init__(self, port: int) -> None:
        relay = (
            "import socket, sys, threading\n"
            f"s = socket.create_connection(('127.0.0.1', {port}))\n"
            "def up():\n"
            "    while data := sys.stdin.buffer.raw.read(65536): s.sendall(data)\n"
            "threading.Thread(target=up, daemon=True).start()\n"
            "while data := s.recv(65536):\n"
            "    sys.stdout.buffer.write(data); sys.stdout.flush()\n"
        )
        super().__init__([sys.executable, "-c", relay])


def attach(pid: int, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "azmlinfsrv", "attach", str(pid), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def test_attach_has_a_server_listen_for_any_debugger(start_server: StartServer, front: str) -> None:
    server = start_server(ECHO, "--server", front)
    server.wait_until_ready()
    told = attach(server.process.pid, "--json")
    (row,) = json.loads(told.stdout)
    assert row["host"] == "127.0.0.1"
    with connected(row["port"], script_of(server), [IN_RUN]) as dap:
        client = score(server)
        thread, frame = dap.wait_for_stop()
        assert frame["line"] == IN_RUN
        assert server.request("/").text == "Healthy"
        dap.request("continue", threadId=thread)
        assert client.answer.status == 200
        dap.request("disconnect", terminateDebuggee=False)
    # The same again, for whoever attaches next.
    assert json.loads(attach(server.process.pid, "--json").stdout) == [row]
    text = attach(server.process.pid).stdout
    assert f"listens for a debugger on 127.0.0.1:{row['port']}" in text
    server.stop()
    wait_until(lambda: not is_open(row["port"]))


def test_debug_port_listens_from_the_start_and_waits_if_told_to(
    start_server: StartServer, front: str
) -> None:
    port = free_port()
    options = ["--server", front, "--debug_port", str(port), "--wait_for_client"]
    server = start_server(ECHO, *options)
    wait_until(lambda: "Waiting for the debugger" in server.output)
    with connected(port, script_of(server), [IN_INIT, IN_RUN]) as dap:
        thread, frame = dap.wait_for_stop()
        assert frame["name"] == "init"
        dap.request("continue", threadId=thread)
        client = score(server)
        thread, frame = dap.wait_for_stop()
        assert frame["name"] == "run"
        dap.request("continue", threadId=thread)
        assert client.answer.status == 200
    server.stop()
    wait_until(lambda: not is_open(port))


def test_a_server_that_waits_for_its_debugger_can_be_stopped(
    start_server: StartServer, front: str
) -> None:
    options = ["--server", front, "--debug_port", str(free_port()), "--wait_for_client"]
    server = start_server(ECHO, *options)
    wait_until(lambda: "Waiting for the debugger" in server.output)
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 5


def test_a_debug_port_that_is_taken_is_told_before_anything_starts(
    start_server: StartServer,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start_server(ECHO, "--debug_port", str(port))
        assert server.wait_for_exit() == 1
        assert f"Port {port} is in use" in server.output


@pytest.mark.parametrize("several", [["--worker_count", "2"], ["--reload"]])
def test_debug_port_with_several_workers_is_refused_and_names_the_other_way(
    start_server: StartServer, several: list[str]
) -> None:
    server = start_server(ECHO, "--debug_port", "5678", *several, "--server", "gunicorn")
    assert server.wait_for_exit() == 1
    assert f"--debug_port cannot be used with {' '.join(several)}" in server.output
    assert "azmlinfsrv attach PID" in server.output


def test_a_worker_that_replaces_another_listens_on_the_same_port(start_server: StartServer) -> None:
    port = free_port()
    server = start_server(ECHO, "--debug_port", str(port))
    server.wait_until_ready()
    (worker,) = (listed(server.process.pid) or {})["workers"]
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: server.output.count("ready for serving") == 2)
    with connected(port, script_of(server), [IN_RUN]) as dap:
        client = score(server)
        thread, _ = dap.wait_for_stop()
        dap.request("continue", threadId=thread)
        assert client.answer.status == 200


@contextlib.contextmanager
def listening_editor(port: int) -> Iterator[tuple[Adapter, int]]:
    """An editor that waits for a server with AZUREML_DEBUG_PORT."""
    dap = Adapter(ADAPTER)
    try:
        initialize(dap)
        pending = dap.send("attach", listen={"host": "127.0.0.1", "port": port})
        dap.event("debugpyWaitingForServer")
        yield dap, pending
    finally:
        dap.close()


def test_azureml_debug_port_stops_in_init_and_run_and_the_probe_is_answered(
    start_server: StartServer, front: str
) -> None:
    port = free_port()
    limits = {"SCORING_TIMEOUT_MS": "1000", "WORKER_TIMEOUT": "1"}
    with listening_editor(port) as (dap, pending):
        env = {"AZUREML_DEBUG_PORT": str(port), **limits}
        server = start_server(ECHO, "--server", front, "--worker_count", "2", env=env)
        dap.begin(script_of(server), [IN_INIT, IN_RUN])
        assert dap.response(pending)["success"]
        thread, frame = dap.wait_for_stop()
        assert frame["name"] == "init"
        dap.request("continue", threadId=thread)
        client = score(server)
        thread, frame = dap.wait_for_stop()
        assert frame["name"] == "run"
        end = time.monotonic() + 3
        while time.monotonic() < end:
            assert server.request("/").text == "Healthy"
        dap.request("continue", threadId=thread)
        assert client.answer.status == 200
        assert "AZUREML_DEBUG_PORT is for one worker" in server.output


def test_azureml_debug_port_without_a_debugger_ends_with_what_to_do(
    start_server: StartServer, front: str
) -> None:
    port = free_port()
    env = {"AZUREML_DEBUG_PORT": str(port)}
    server = start_server(ECHO, "--server", front, env=env)
    assert server.wait_for_exit() == 3
    assert f"AZUREML_DEBUG_PORT is {port}, but no debugger can be reached there" in server.output
    assert 'Start the debug configuration with "listen" first' in server.output


def test_a_worker_after_the_debugger_has_gone_serves_without_it(start_server: StartServer) -> None:
    port = free_port()
    with listening_editor(port) as (dap, pending):
        server = start_server(ECHO, env={"AZUREML_DEBUG_PORT": str(port)})
        dap.begin(script_of(server), [])
        assert dap.response(pending)["success"]
        server.wait_until_ready()
    (worker,) = (listed(server.process.pid) or {})["workers"]
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: server.output.count("ready for serving") == 2, SECONDS)
    assert server.request("/score", "1").status == 200


def test_the_editor_gone_while_azureml_debug_port_waits_does_not_hang_the_server(
    start_server: StartServer,
) -> None:
    port = free_port()
    with listening_editor(port) as (dap, _):
        server = start_server(ECHO, env={"AZUREML_DEBUG_PORT": str(port)})
        dap.event("initialized")
    server.wait_until_ready()
    assert server.request("/score", "1").status == 200
