"""Ends the processes of a service, whatever state they are in."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable

from azmlinfsrv.deployment.services.folder import ServiceFolder
from azmlinfsrv.deployment.services.status import ProcessId, Status

STOP_SECONDS = 40.0
"""A little more than a supervisor gives its server."""
KILL_SECONDS = 5.0
_POLL_SECONDS = 0.01


def end_processes(folder: ServiceFolder, patience: float) -> None:
    """End a service's processes: in good order if there is patience, and in any case."""
    status = folder.told_status()
    if status is None or status.supervisor is None:
        return
    if patience and status.supervisor.is_alive:
        _stop(folder, status.supervisor)
        _wait_until(lambda: not _is_alive(status), patience)
    # One that does not listen any more; and a server that its supervisor could not end.
    _kill(status.supervisor)
    _kill((folder.told_status() or status).server)


def _stop(folder: ServiceFolder, supervisor: ProcessId) -> None:
    try:
        folder.write_command("stop")
    except OSError:
        # On a disk that is full no command can be left. Windows has no such signal.
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.kill(supervisor.pid, signal.SIGTERM)


def _is_alive(status: Status) -> bool:
    return status.supervisor is not None and status.supervisor.is_alive


def _kill(process: ProcessId | None) -> None:
    if process is None or not process.is_alive:
        return
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.kill(process.pid, signal.SIGTERM)
        else:
            # Supervisors and servers are leaders of their groups.
            os.killpg(process.pid, signal.SIGKILL)
    _wait_until(lambda: not process.is_alive, KILL_SECONDS)


def _wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(_POLL_SECONDS)
