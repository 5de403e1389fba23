"""A server that an editor started ends when the editor is killed, workers and all."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ..conftest import free_port

# What debugpy's launcher does: it starts the debuggee as the leader of a process group.
LAUNCHER = """
import subprocess, sys, time
subprocess.Popen(sys.argv[1:], start_new_session=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends the debuggee's job itself")
def test_no_process_and_no_port_is_left_when_the_launcher_is_killed(
    write_script: Any, tmp_path: Path
) -> None:
    script = write_script("def init(): pass\ndef run(data): return 1\n")
    events = tmp_path / "events.jsonl"
    server = [sys.executable, "-m", "azmlinfsrv", "--entry_script", str(script)]
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port)]
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, *server, *options],
        env={**os.environ, "AZMLINFSRV_EVENTS": str(events)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ready = wait_for(lambda: find_event(events, "ready"))
        master = find_event(events, "listening")["pid"]
    finally:
        launcher.send_signal(signal.SIGKILL)
        launcher.wait()
    wait_for(lambda: not alive(master) and not alive(ready["pid"]))
    # The system closes a killed process's sockets with the last of its threads, which may be a
    # moment after the process itself is told to have ended.
    wait_for(lambda: is_free(port), seconds=2)


def is_free(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False


def find_event(events: Path, name: str) -> Any:
    lines = events.read_text().splitlines() if events.exists() else []
    return next((event for event in map(json.loads, lines) if event["event"] == name), None)


def wait_for(look: Any, seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    pytest.fail("nothing happened in time")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that ended but that nobody has waited for yet still has an entry.
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())
