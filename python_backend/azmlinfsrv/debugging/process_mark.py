"""Tell a process from a later one that was given the same number."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_LOOKUP_SECONDS = 2
_QUERY_LIMITED_INFORMATION = 0x1000
_STILL_ACTIVE = 259


def process_mark(pid: int) -> str | None:
    """Return when the process started, in the system's own terms; None when there is none.

    Two processes with the same number have different marks. psutil could tell, too, but has no
    wheel without native code, which the bundled backend cannot contain.
    """
    if sys.platform == "linux":
        return _from_proc(pid)
    if sys.platform == "win32":
        return _from_kernel(pid)
    return _from_ps(pid)


def _from_proc(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name, in brackets, may contain anything; the state and the rest come after it.
    fields = stat.rpartition(")")[2].split()
    state, started = fields[0], fields[19]
    return None if state in "ZX" else started


def _from_ps(pid: int) -> str | None:
    program = shutil.which("ps")
    if program is None:
        return _exists(pid)
    shown = subprocess.run(  # noqa: S603 - a fixed system tool with our own arguments
        [program, "-o", "state=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        timeout=_LOOKUP_SECONDS,
        check=False,
    ).stdout.split(maxsplit=1)
    return None if len(shown) < 2 or shown[0].startswith("Z") else " ".join(shown[1].split())


def _exists(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except OSError:
        return None
    return ""


def _from_kernel(pid: int) -> str | None:
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined,unused-ignore]
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
    if not handle:
        return None
    try:
        code = wintypes.DWORD()
        created, *others = (wintypes.FILETIME() for _ in range(4))
        known = kernel.GetExitCodeProcess(wintypes.HANDLE(handle), ctypes.byref(code)) and (
            kernel.GetProcessTimes(
                wintypes.HANDLE(handle),
                ctypes.byref(created),
                *(ctypes.byref(other) for other in others),
            )
        )
        if not known or code.value != _STILL_ACTIVE:
            return None
        return str((created.dwHighDateTime << 32) + created.dwLowDateTime)
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))
