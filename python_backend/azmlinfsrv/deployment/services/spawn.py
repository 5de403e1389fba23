"""Starts the supervisor of a service, apart from the terminal and from whoever starts it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azmlinfsrv.own_command import own_command

if TYPE_CHECKING:
    from azmlinfsrv.deployment.services.folder import ServiceFolder
    from azmlinfsrv.deployment.services.waiting import WaitingServer

SUPERVISE = ("services", "supervise")


class SpawnedSupervisor:
    """A supervisor that waits to be told which service is its own.

    So it can be started before that is known: it imports what it needs while deployment files are
    read. Within a ``with`` statement: at its end it has a service, or it ends.
    """

    def __init__(self, program: Sequence[str] | None = None) -> None:
        options: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
            options = {"creationflags": flags}
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [*(program or own_command()), *SUPERVISE],
            # Not in a folder of the user's, whose modules Python would import.
            cwd=Path(sys.executable).anchor,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **options,
        )
        # Whoever starts it may live on, and is its parent.
        threading.Thread(target=self._process.wait, daemon=True).start()

    def __enter__(self) -> SpawnedSupervisor:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def begin(self, folder: ServiceFolder) -> None:
        """Have it run a service.

        The state names it from now on, so nobody takes the service for one that has been left.

        Raises:
            ServiceError: it has ended.

        """
        # Here, so that the process is started as early as can be.
        from azmlinfsrv.deployment.services.folder import ServiceError
        from azmlinfsrv.deployment.services.status import ProcessId, Status

        assert self._process.stdin is not None  # noqa: S101 - a pipe
        told = folder.told_status()
        port = told.port if told else None
        status = Status("Transitioning", port=port, supervisor=ProcessId.of(self._process.pid))
        folder.write_status(status)
        try:
            self._process.stdin.write(os.fsencode(folder.path) + b"\n")
            self._process.stdin.close()
        except BrokenPipeError:
            raise ServiceError(
                f"The process that was to look after the service {folder.name} has ended too early."
            ) from None

    @property
    def has_ended(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None


def supervise() -> int:
    """Run the service that standard input names; returns 0. The whole of a supervisor."""
    from azmlinfsrv.deployment.services.waiting import WaitingServer

    # First of all: it imports what a server needs while the supervisor does the same for itself.
    with WaitingServer() as waiting:
        return _supervise(waiting)


def _supervise(waiting: WaitingServer) -> int:
    from azmlinfsrv.deployment.services.folder import ServiceFolder
    from azmlinfsrv.deployment.services.supervisor import Supervisor

    named = sys.stdin.buffer.readline().rstrip(b"\n")
    if not named:
        return 0
    folder = ServiceFolder(Path(os.fsdecode(named)))
    # For a traceback of its own; what the server writes is in the service's log.
    log = os.open(folder.supervisor_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 2)
    os.close(log)
    Supervisor(folder, waiting).run()
    return 0
