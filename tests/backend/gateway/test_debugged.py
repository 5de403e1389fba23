"""A gateway in front of a server that is debugged is no part of the debug session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..conftest import ECHO, WriteScript, free_port, wait_until


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_debugger_does_not_follow_the_gateway(
    tmp_path: Path, write_script: WriteScript
) -> None:
    write_script(ECHO)
    debugger, port = free_port(), free_port()
    words: list[Any] = ["-m", "debugpy", "--listen", f"127.0.0.1:{debugger}", "-m", "azmlinfsrv"]
    words += ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", port]
    words += ["--gateway", "managed"]
    with (tmp_path / "output.txt").open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, *map(str, words)],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: gateways(server.pid), 30)
        (command,) = gateways(server.pid)
        # A process that is followed is started through the debugger's own program.
        assert b"pydevd" not in command
        assert b"debugpy" not in command
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def gateways(pid: int) -> list[bytes]:
    """Return the command lines of a server's gateways."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    return [each for each in commands if each.endswith(b"\0gateway\0front\0")]
