"""The published server's processes, which leave no record, and whether debugpy can enter them.

debugpy enters a process from outside: through gdb, or from Python 3.14 on by ``sys.remote_exec``.
Both need the system's leave to write to another process's memory.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PUBLISHED = "azureml_inference_server_http"
_COMMAND = "azmlinfsrv"
_LOOKUP_SECONDS = 2
_PTRACE_SCOPE = Path("/proc/sys/kernel/yama/ptrace_scope")
_CAP_SYS_PTRACE = 1 << 19


@dataclass(frozen=True)
class ForeignProcess:
    """A process of the published server.

    Attributes:
        role: ``worker``, where ``run()`` is called, or ``master``, where it never is.
        command: the command line.
        python: the interpreter.
        refusal: why a debugger cannot be attached, and what to do; None when it can.

    """

    pid: int
    parent: int
    role: str
    command: str
    python: str
    refusal: str | None


@dataclass(frozen=True)
class Process:
    """What the system tells of a process."""

    pid: int
    parent: int
    user: int
    arguments: tuple[str, ...]
    executable: str


def published_processes() -> list[ForeignProcess]:
    """Return the processes of the published server on this machine, masters first.

    Empty on Windows, where there is nothing to choose from: the server is one process, and VS
    Code's own process picker shows it.
    """
    found = [process for process in _processes() if is_published(process.arguments)]
    parents = {process.parent for process in found}
    described = [_describe(process, is_master=process.pid in parents) for process in found]
    return sorted(described, key=lambda each: (each.role != "master", each.pid))


def is_published(arguments: tuple[str, ...]) -> bool:
    """Return whether a command line is one of the published server's.

    Its command has the name of ours; the script behind it says whose it is.
    """
    if "python" not in Path(arguments[0]).name.lower():
        return False
    for argument in arguments[1:4]:
        if argument.partition(".")[0] == _PUBLISHED:
            return True
        if Path(argument).name == _COMMAND:
            with contextlib.suppress(OSError):
                return _PUBLISHED in Path(argument).read_text(errors="replace")
    return False


def refusal(
    process: Process,
    *,
    is_master: bool,
    user: int | None = None,
    python: Callable[[str], tuple[int, int] | None] | None = None,
    ptrace_scope: int | None = None,
    may_trace: bool | None = None,
    has_gdb: bool | None = None,
) -> str | None:
    """Return why debugpy cannot enter a process, and what to do; None when it can.

    The arguments after ``is_master`` are found out where they are not given.
    """
    if is_master:
        return "This is the master, which never calls run(): its workers do. Choose a worker."
    user = os.getuid() if user is None else user
    if user not in {0, process.user}:
        return "It belongs to another user. Only that user, or root, can debug it."
    scope = _ptrace_scope() if ptrace_scope is None else ptrace_scope
    if not (_may_trace() if may_trace is None else may_trace) and (scope > 0 or user == 0):
        if user == 0:
            return "This container may not debug processes. Start it with --cap-add=SYS_PTRACE."
        return (
            f"The system lets nobody into running processes (ptrace_scope is {scope}). Until the "
            "next start of the machine this allows it: "
            "echo 0 | sudo tee /proc/sys/kernel/yama/ptrace_scope"
        )
    version = (python or _python_version)(process.executable)
    if version is not None and version >= (3, 14):
        return None
    if not (shutil.which("gdb") is not None if has_gdb is None else has_gdb):
        return (
            "debugpy needs gdb to enter a process of a Python before 3.14, and gdb is not "
            "installed: sudo apt-get install gdb. Or start the script with our azmlinfsrv, which "
            "needs neither."
        )
    return None


def _describe(process: Process, *, is_master: bool) -> ForeignProcess:
    return ForeignProcess(
        pid=process.pid,
        parent=process.parent,
        role="master" if is_master else "worker",
        command=" ".join(process.arguments),
        python=process.executable,
        refusal=refusal(process, is_master=is_master),
    )


def _processes() -> Iterator[Process]:
    if sys.platform == "linux":
        return _from_proc()
    return iter(()) if sys.platform == "win32" else _from_ps()


def _from_proc() -> Iterator[Process]:
    for folder in Path("/proc").glob("[0-9]*"):
        # Those that end meanwhile, and those of other users, are passed over.
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_text(errors="replace")
            arguments = tuple(command.rstrip("\0").split("\0"))
            if any(name in command for name in (_PUBLISHED, _COMMAND)):
                stat = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
                executable = _executable(folder, arguments)
                user = folder.stat().st_uid
                yield Process(int(folder.name), int(stat[1]), user, arguments, executable)


def _executable(folder: Path, arguments: tuple[str, ...]) -> str:
    # As it was called: /proc's link leads past the virtual environment to the system's Python.
    called = arguments[0]
    return called if Path(called).is_absolute() else str((folder / "exe").readlink())


def _from_ps() -> Iterator[Process]:
    for line in _output("ps", "-axo", "pid=,ppid=,uid=,command=").splitlines():
        pid, parent, user, command = line.split(maxsplit=3)
        arguments = tuple(command.split())
        yield Process(int(pid), int(parent), int(user), arguments, arguments[0])


def _python_version(executable: str) -> tuple[int, int] | None:
    found = re.search(r"(\d+)\.(\d+)", _output(executable, "--version"))
    return (int(found[1]), int(found[2])) if found else None


def _ptrace_scope() -> int:
    try:
        return int(_PTRACE_SCOPE.read_text())
    except (OSError, ValueError):
        return 0


def _may_trace() -> bool:
    """Return whether this process has the system's leave to debug any other."""
    with contextlib.suppress(OSError):
        found = re.search(r"^CapEff:\s*([0-9a-f]+)", Path("/proc/self/status").read_text(), re.M)
        return bool(found and int(found[1], 16) & _CAP_SYS_PTRACE)
    return sys.platform == "darwin"


def _output(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        return subprocess.run(  # noqa: S603 - a system tool, or the interpreter of a process
            [path, *arguments], capture_output=True, text=True, timeout=_LOOKUP_SECONDS, check=False
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
