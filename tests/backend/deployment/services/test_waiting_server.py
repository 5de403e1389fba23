"""The server that is started early is the one that would have been started later."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.waiting import WaitingServer

from ...conftest import wait_until
from .conftest import Services, ask, kill, processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is none on Windows")

SURROUNDINGS = """import os, signal, stat, sys, time

def init():
    pass

def kind(descriptor):
    return stat.S_IFMT(os.fstat(descriptor).st_mode)

def run(data):
    print("a line of", os.getppid(), flush=True)
    return {
        "argv": sys.argv[1:],
        "path": sys.path,
        "folder": os.getcwd(),
        "variables": dict(os.environ),
        "zone": time.tzname,
        "mask": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "streams": [kind(each) for each in (0, 1, 2)],
        "output": [sys.stdout.encoding, sys.stdout.errors, sys.stdout.line_buffering],
        "session": os.getsid(0) == os.getppid(),
        "descriptors": len(os.listdir("/dev/fd")),
    }
"""

FLAGS = """import sys

def init():
    pass

def run(data):
    return sys.flags.hash_randomization
"""


def surroundings(service: ServiceFolder) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(service).text)
    # Whom it is started for is one thing; how often it was is another.
    found["variables"].pop("AZMLINFSRV_EVENTS", None)
    return found


def started_early(service: ServiceFolder) -> bool:
    command = Path(f"/proc/{processes(service)[1].pid}/cmdline").read_bytes()
    return b"\0await\0" in command


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_a_script_sees_the_same_in_its_first_server_and_in_later_ones(services: Services) -> None:
    variables = {"GREETING": "hé", "TZ": "Asia/Tokyo"}
    service = services.deploy(SURROUNDINGS, environment=variables)
    assert started_early(service)
    first = surroundings(service)
    assert first["variables"].items() >= variables.items()
    assert first["zone"] == ["JST", "JST"]
    kill(processes(service)[1])
    wait_until(lambda: service.status().restarts == 1 and service.status().state == "Healthy")
    assert not started_early(service)
    assert surroundings(service) == first
    assert service.log_file.read_text().count("a line of") == 2


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_variables_that_an_interpreter_reads_when_it_starts_reach_it(services: Services) -> None:
    service = services.deploy(FLAGS, environment={"PYTHONHASHSEED": "0"})
    assert ask(service).text == "0"
    assert not started_early(service)


def test_one_that_has_died_meanwhile_is_no_reason_to_fail() -> None:
    with WaitingServer() as waiting:
        process = waiting._process
        assert process
        process.kill()
        process.wait()
        reader, writer = os.pipe()
        command = [sys.executable, "-m", "azmlinfsrv"]
        told = waiting.serve(command, Path.cwd(), os.environ, listener=reader, output=writer)
        os.close(reader)
        os.close(writer)
    assert told is None


def test_one_that_is_not_needed_ends() -> None:
    with WaitingServer() as waiting:
        process = waiting._process
        assert process
        assert process.poll() is None
    assert process.returncode is not None
