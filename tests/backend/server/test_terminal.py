"""A server ends with the terminal that it was started in."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..conftest import ECHO, WriteScript, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX terminals")

# Takes the terminal on standard input for its own, and becomes the server.
IN_TERMINAL = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'azmlinfsrv', *sys.argv[1:]])\n"
)


class TerminalServer:
    """A server in a terminal of its own, whose screen is read."""

    def __init__(self, folder: Path, front: str) -> None:
        self._screen, terminal = os.openpty()
        options = ["--entry_script", "score.py", "--host", "127.0.0.1", "--port", "auto"]
        self.process = subprocess.Popen(
            [sys.executable, "-c", IN_TERMINAL, *options, "--server", front],
            cwd=folder,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        self.text = ""
        self._is_open = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_until(lambda: "ready for serving" in self.text)

    def close(self) -> None:
        """Close the window."""
        # A read that waits would hold the terminal open.
        self._is_open = False
        self._reader.join()
        os.close(self._screen)

    def _read(self) -> None:
        while self._is_open:
            if select.select([self._screen], [], [], 0.05)[0]:
                self.text += os.read(self._screen, 4096).decode(errors="replace")


@pytest.fixture
def started() -> Iterator[list[TerminalServer]]:
    servers: list[TerminalServer] = []
    yield servers
    for server in servers:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()


def test_a_terminal_that_is_closed_leaves_no_server_behind(
    write_script: WriteScript, tmp_path: Path, front: str, started: list[TerminalServer]
) -> None:
    write_script(ECHO)
    server = TerminalServer(tmp_path, front)
    started.append(server)
    workers = {int(pid) for pid in re.findall(r"Worker with pid (\d+)", server.text)}
    server.close()
    assert server.process.wait(10) == 0
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
