"""A server that is started before it is known what it is to serve.

Its interpreter and its imports are most of a service's first start; meanwhile the deployment files
are read. Started again, a service gets a new process like any other.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from azmlinfsrv.own_command import own_command

AWAIT = ("services", "await")
# What an interpreter and the C library look at when they start, and never again.
_EARLY = ("PYTHON", "LD_", "DYLD_", "MALLOC_", "GLIBC_", "LANG", "LC_")


class WaitingServer:
    """A process that has imported a server, and waits to be told what it serves.

    Within a ``with`` statement: at its end it serves, or it ends. On Windows, which hands no
    descriptor to a process that runs, there is none.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if sys.platform == "win32":
            return
        self._orders, theirs = socket.socketpair()
        # What it writes before it serves is for nobody. A pipe, as later: Python treats files
        # otherwise, and finds out once.
        reader, writer = os.pipe()
        os.close(reader)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [*own_command(), *AWAIT],
                cwd=_neutral_folder(),
                stdin=theirs.fileno(),
                stdout=writer,
                stderr=writer,
                start_new_session=True,
            )
        os.close(writer)

    def __enter__(self) -> WaitingServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.dismiss()

    def serve(
        self,
        command: Sequence[str],
        folder: Path,
        variables: Mapping[str, str],
        *,
        listener: int,
        output: int,
    ) -> subprocess.Popen[bytes] | None:
        """Have it do what a new process would do; returns it, or None if it cannot.

        Args:
            command: the command line, which begins with the program.
            folder: the working directory.
            variables: the environment.
            listener: the descriptor of the socket that it serves.
            output: the descriptor that it writes to.

        """
        own = list(own_command())
        if self._process is None or list(command[: len(own)]) != own or _differ_early(variables):
            self.dismiss()
            return None
        # Here and below: what is imported first delays the process that is to be started early.
        import json

        order = json.dumps([list(command[len(own) :]), str(folder), dict(variables)])
        process, self._process = self._process, None
        try:
            with self._orders:
                socket.send_fds(self._orders, [b"."], [listener, output])
                self._orders.sendall(order.encode())
        except OSError:
            # It has ended: its interpreter is out of order, and a new process will tell how.
            process.kill()
            process.wait()
            return None
        return process

    def dismiss(self) -> None:
        """End it if it still waits."""
        if self._process is None:
            return
        self._orders.close()
        self._process.kill()
        self._process.wait()
        self._process = None


def await_order() -> list[str] | None:
    """Wait for an order, and become what a process would be that was started for it.

    Returns:
        The words of its command line; None if there is nothing to be done.

    """
    import json
    import time

    from azmlinfsrv.server.listener import LISTENER_VARIABLE

    with socket.socket(fileno=os.dup(0)) as orders:
        mark, descriptors, _, _ = socket.recv_fds(orders, 1, 2)
        if not mark:
            return None
        with orders.makefile("rb") as stream:
            words, folder, variables = json.load(stream)
    listener, output = descriptors
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(output)
    os.environ.clear()
    os.environ.update(variables)
    os.environ[LISTENER_VARIABLE] = str(listener)
    time.tzset()
    if sys.path[:1] == [_neutral_folder()]:
        # Where `python -m` has the working directory.
        sys.path[0] = folder
    os.chdir(folder)
    sys.argv[1:] = words
    return list(words)


def _differ_early(variables: Mapping[str, str]) -> bool:
    """Tell whether an interpreter would start otherwise with these variables."""
    changed = dict(variables).items() ^ os.environ.items()
    return any(name.startswith(_EARLY) for name, _ in changed)


def _neutral_folder() -> str:
    """Return one that is not the user's, whose modules Python would import."""
    return Path(sys.executable).anchor
