"""A server process in a folder of its own: started, watched, ended, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from .case_file import Server, Text

# Outside the range from which the kernel takes the ports of outgoing connections.
_PORTS = range(20_000, 32_000)
_POLL_S = 0.01


def free_port() -> int:
    """Return a port that nobody listens on."""
    while True:
        port = random.choice(_PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class Running:
    """One start of a server. It may have ended by itself, or never have become ready."""

    def __init__(self, command: Sequence[str], server: Server) -> None:
        self.server = server
        self._root = Path(tempfile.mkdtemp(prefix="conformance-"))
        self.folder = (self._root / "app").resolve()
        self.ports = {"port": free_port(), "health_port": free_port()}
        self._neighbours = [
            socket.create_server(("0.0.0.0", self.ports[name])) for name in server.occupied
        ]
        try:
            self._write_files()
            self.clock = time.monotonic()
            self.process = self._start(command)
        except BaseException:
            self._tidy()
            raise
        self.ready = self._wait_until_ready()

    def fill(self, text: str) -> str:
        """Put this start's folder and ports into a text of the case file."""
        for name, value in {"dir": self.folder, **self.ports}.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    def fill_pattern(self, text: Text) -> Text:
        """Do the same for a pattern."""
        if isinstance(text, str):
            return self.fill(text)
        return re.compile(self.fill(text.pattern), text.flags)

    def output(self, stream: str | None = None, start: tuple[int, int] = (0, 0)) -> str:
        """Return what was written to one stream, or to both, from a mark on."""
        text = [
            (self._root / name).read_bytes()[since:].decode("utf-8", "replace")
            for name, since in zip(("stdout", "stderr"), start, strict=True)
            if stream in (None, name)
        ]
        return "".join(text)

    def mark(self) -> tuple[int, int]:
        """Return the present end of both streams."""
        return (self._root / "stdout").stat().st_size, (self._root / "stderr").stat().st_size

    def send_signal(self, name: str) -> None:
        """Send a signal to the process that was started."""
        self.clock = time.monotonic()
        self.process.send_signal(signal.Signals[f"SIG{name}"])

    def wait_for_exit(self, seconds: float) -> int | None:
        """Return the exit status, or None if it still runs then."""
        remaining = self.clock + seconds - time.monotonic()
        try:
            return self.process.wait(max(remaining, 0.01))
        except subprocess.TimeoutExpired:
            return None

    def end(self) -> None:
        """End the process and its children; remove the folder."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._tidy()

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with self._open("stdout") as stdout, self._open("stderr") as stderr:
            return subprocess.Popen(
                [*command, *self._words()],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )

    def _tidy(self) -> None:
        for neighbour in self._neighbours:
            neighbour.close()
        shutil.rmtree(self._root, ignore_errors=True)

    def _open(self, name: str) -> BinaryIO:
        return (self._root / name).open("wb")

    def _write_files(self) -> None:
        for folder in (self.folder, self._root / "home"):
            folder.mkdir()
        files = dict(self.server.files)
        if self.server.script is not None:
            files[self.server.entry] = self.server.script
        for name, content in files.items():
            self.write(name, content)

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file of the server's folder."""
        path = self.folder / name
        if name.endswith("/"):
            path.mkdir(parents=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else self.fill(content).encode())

    def _words(self) -> list[str]:
        if self.server.command_line is not None:
            return [self.fill(word) for word in self.server.command_line]
        usual = ["--entry_script", self.server.entry, "--port", "{port}"]
        return [self.fill(word) for word in [*usual, *self.server.options]]

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        own = {name: self.fill(value) for name, value in self.server.env.items()}
        home = str(self._root / "home")
        return {**kept, "HOME": home, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **own}

    def _wait_until_ready(self) -> bool:
        deadline = self.clock + self.server.ready_s
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers(deadline):
                return True
            time.sleep(_POLL_S)
        return False

    def _answers(self, deadline: float) -> bool:
        if self.server.occupied:
            return False
        try:
            address = ("127.0.0.1", self.ports["port"])
            with socket.create_connection(address, 1) as probe:
                if self.server.wait_for == "port":
                    return True
                probe.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                probe.settimeout(0.1)
                while self.process.poll() is None and time.monotonic() < deadline:
                    with contextlib.suppress(TimeoutError):
                        return probe.recv(64).startswith(b"HTTP/1.")
        except OSError:
            pass
        return False
