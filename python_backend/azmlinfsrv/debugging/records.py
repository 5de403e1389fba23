"""The record that each running server leaves of itself, so that a debugger can find it."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from azmlinfsrv.debugging.endpoint import discard, is_answered
from azmlinfsrv.debugging.private_folder import (
    make_private,
    read_private,
    records_folder,
    write_private,
)
from azmlinfsrv.debugging.process_mark import process_mark

_SERVER = "server.json"
_DEBUGGER = "debugger.json"
_WORKER = "worker-"
_FIGURES = ".figures"
_LOG = "server.log"


@dataclass(frozen=True)
class ServerFacts:
    """What a server tells of itself.

    Attributes:
        pid: its process; behind gunicorn the master's.
        python: the interpreter.
        version: the server's.
        started: when, in ISO 8601 and UTC.
        debug_port: where it listens for a debugger, with ``--debug_port``.
        library: the folder from which the server's own code came.
        is_debuggee: whether a debugger started it.

    """

    pid: int
    port: int
    host: str
    entry_script: str
    model_dir: str | None
    python: str
    version: str
    started: str
    library: str
    debug_port: int | None = None
    is_debuggee: bool = False


@dataclass(frozen=True)
class RunningServer:
    """A server of this user that runs just now."""

    facts: ServerFacts
    folder: Path

    @property
    def workers(self) -> list[int]:
        """The processes that load the script and score, in the order of their start."""
        return [int(file.stem.removeprefix(_WORKER)) for file in self.worker_files()]

    @property
    def debugger_file(self) -> Path:
        """The address of whoever has attached a debugger, if anybody has."""
        return self.folder / _DEBUGGER

    @property
    def is_attached(self) -> bool:
        """Whether a debugger is attached."""
        return self.facts.is_debuggee or is_answered(self.debugger_file)

    @property
    def log_file(self) -> Path:
        """The last lines of its log; a server of an older version keeps none."""
        return self.folder / _LOG

    def worker_file(self, pid: int) -> Path:
        """Return where a worker leaves its address."""
        return self.folder / f"{_WORKER}{pid}.json"

    def figures_file(self, pid: int) -> Path:
        """Return where a worker keeps its figures (see ``WorkerFigures``)."""
        return self.folder / f"{_WORKER}{pid}{_FIGURES}"

    def figures_files(self) -> list[tuple[int, Path]]:
        """Return the figures of every worker that the server has had, by process."""
        found = self.folder.glob(f"{_WORKER}*{_FIGURES}")
        return [(int(file.stem.removeprefix(_WORKER)), file) for file in found]

    def worker_files(self) -> list[Path]:
        """Return the addresses of the workers that live; those of others are removed."""
        found = []
        for file in self.folder.glob(f"{_WORKER}*.json"):
            if is_answered(file):
                with contextlib.suppress(OSError):
                    found.append((file.stat().st_mtime_ns, file))
            else:
                discard(file)
        return [file for _, file in sorted(found)]


def publish(facts: ServerFacts) -> RunningServer:
    """Leave a record of the server that this process is, and return it.

    Raises:
        OSError: there is no place that only this user can open.

    """
    root = records_folder()
    make_private(root)
    folder = root / str(facts.pid)
    # Of a server that had this number before.
    shutil.rmtree(folder, ignore_errors=True)
    make_private(folder)
    record = {**asdict(facts), "process": process_mark(facts.pid)}
    write_private(folder / _SERVER, record)
    return RunningServer(facts, folder)


def withdraw() -> None:
    """Remove the record of this process, if there is one. In a forked child this does nothing."""
    with contextlib.suppress(OSError):
        shutil.rmtree(records_folder() / str(os.getpid()), ignore_errors=True)


def running_server(pid: int) -> RunningServer | None:
    """Return the server with this process number, if it runs and has left a record.

    What a server that has gone left behind is removed.
    """
    try:
        folder = records_folder() / str(pid)
    except OSError:
        return None
    record = read_private(folder / _SERVER)
    if record is None:
        if process_mark(pid) is None:
            # Windows removes no file that a process has mapped.
            shutil.rmtree(folder, ignore_errors=True)
        return None
    process = record.pop("process", None)
    if process is None or process_mark(pid) != process:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    try:
        return RunningServer(ServerFacts(**record), folder)
    except TypeError:
        # Of another version, which tells other things.
        return None


def running_servers() -> list[RunningServer]:
    """Return the servers of this user that run just now, the youngest first."""
    with contextlib.suppress(OSError):
        names = [entry.name for entry in records_folder().iterdir() if entry.name.isdigit()]
        found = [server for name in names if (server := running_server(int(name)))]
        return sorted(found, key=lambda server: server.facts.started, reverse=True)
    return []
