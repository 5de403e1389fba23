"""A language server must not outlive its client, however that ended."""

from __future__ import annotations

import asyncio
import os
import sys

_POLL_SECONDS = 1.0


async def wait_for_end_of(pid: int) -> None:
    """Return when a process has gone."""
    while is_alive(pid):
        await asyncio.sleep(_POLL_SECONDS)


def is_alive(pid: int) -> bool:
    """Return whether a process runs."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    synchronize, timed_out = 0x00100000, 0x102
    kernel = ctypes.windll.kernel32
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timed_out)
    finally:
        kernel.CloseHandle(handle)
