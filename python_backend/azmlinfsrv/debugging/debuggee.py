"""The debuggee's own side: whether a debugger is attached, and how one gets to be."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from azmlinfsrv.threads import start_hidden_thread

_POLL_SECONDS = 0.05
_LEAVE_SECONDS = 3.0


class DebuggerError(Exception):
    """No debugger can be attached; the message says why."""


class _Tracing(threading.local):
    """Whether the scoring thread that asks is being traced."""

    is_on = False


_tracing = _Tracing()
_joining = threading.Lock()
# At most one address: debugpy listens once in a process.
_listening_at: list[tuple[str, int]] = []


def is_being_debugged() -> bool:
    """Return whether a debugger is attached to this process just now.

    Then a thread that does not come on may be one that somebody looks at.
    """
    # Asking debugpy itself would import it, which costs a third of a second; and another thread may
    # be importing it just now, with half of its names there.
    is_attached = getattr(sys.modules.get("pydevd"), "_is_attached", None)
    return is_attached is not None and bool(is_attached())


def follow_debugger() -> None:
    """Trace the thread that calls this while a debugger is attached, and only then.

    Called before each piece of the script's work. debugpy leaves a thread traced when the debugger
    has gone, which before Python 3.12 makes it up to ten times slower.
    """
    is_attached = is_being_debugged()
    if is_attached == _tracing.is_on:
        return
    _tracing.is_on = is_attached
    pydevd = sys.modules["pydevd"]
    if is_attached:
        pydevd.get_global_debugger().enable_tracing()
    elif sys.version_info < (3, 12):
        # debugpy has replaced sys.settrace() by one that warns.
        sys.modules["pydevd_tracing"].SetTrace(None)


def connect_to_adapter(host: str, port: int, token: str | None = None) -> None:
    """Connect this process to a debug adapter that waits for it.

    Returns when the adapter has been reached; the debugger may still have to send its breakpoints
    (see ``wait_for_debugger``). When it detaches, the process goes on at full speed.

    Args:
        host: where the adapter listens for debuggees.
        port: likewise.
        token: by which adapter and debuggee prove to each other that they belong together.

    Raises:
        DebuggerError: a debugger is attached already, debugpy is missing, or the adapter does not
            answer.

    """
    with _joining:
        pydevd = _import_pydevd()
        end = time.monotonic() + _LEAVE_SECONDS
        while pydevd.get_global_debugger() is not None:
            # One that has just detached may still be about to go.
            if is_being_debugged() or time.monotonic() > end:
                raise DebuggerError("A debugger is attached already. Detach that one first.")
            time.sleep(_POLL_SECONDS)
        import debugpy

        # What child processes are told; debugpy would tell them of the debugger before.
        pydevd.SetupHolder.setup = None
        try:
            # As debugpy.connect() does, which knows nothing of the debuggee's own token: whoever
            # listens where the adapter has been would get to run code here.
            pydevd.settrace(
                host=host,
                port=port,
                suspend=False,
                # Would hold on to this thread for ever if the adapter went away now.
                wait_for_ready_to_run=False,
                patch_multiprocessing=True,
                notify_stdin=False,
                access_token=token,
                client_access_token=token,
                dont_trace_start_patterns=(str(Path(debugpy.__file__).parent),),
                dont_trace_end_patterns=("debugpy_launcher.py",),
            )
        except (Exception, SystemExit) as error:
            _forget(pydevd)
            raise DebuggerError(f"The debug adapter at {host}:{port} cannot be reached.") from error
        debugger = pydevd.get_global_debugger()
    start_hidden_thread("debugger's end", _clean_up_after, pydevd, debugger)


def listen_for_client(host: str, port: int) -> tuple[str, int]:
    """Have debugpy listen for a debugger; returns the address, again and again the same.

    Raises:
        DebuggerError: the port cannot be had, debugpy is missing, or a debugger is attached.

    """
    with _joining:
        pydevd = _import_pydevd()
        if _listening_at:
            return _listening_at[0]
        if pydevd.get_global_debugger() is not None:
            raise DebuggerError("A debugger is attached already. Detach that one first.")
        import debugpy

        try:
            host, port = debugpy.listen((host, port))
        except RuntimeError as error:
            raise DebuggerError(f"debugpy cannot listen on {host}:{port}: {error}") from error
        _listening_at.append((host, port))
        return host, port


def wait_for_debugger(seconds: float | None, is_over: Callable[[], bool] | None = None) -> bool:
    """Wait until the debugger has sent its breakpoints; returns whether it has.

    Args:
        seconds: how long to wait at most; None is no limit.
        is_over: whether waiting has lost its point.

    """
    end = None if seconds is None else time.monotonic() + seconds
    while not is_being_debugged():
        if (end is not None and time.monotonic() > end) or (is_over is not None and is_over()):
            return False
        time.sleep(_POLL_SECONDS)
    return True


def has_debugger() -> bool:
    """Return whether this process is connected to an adapter, with or without a debugger."""
    pydevd = sys.modules.get("pydevd")
    return pydevd is not None and pydevd.get_global_debugger() is not None


def _import_pydevd() -> Any:
    """Return the module, which debugpy brings along.

    Raises:
        DebuggerError: debugpy is not installed.

    """
    # It would warn of frozen modules, which do not matter here.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    try:
        import debugpy.server.api  # noqa: F401 - puts pydevd on the path
        import pydevd  # type: ignore[import-not-found,unused-ignore]
    except ImportError as error:
        raise DebuggerError(
            f"debugpy cannot be imported ({error}). Install it beside azmlinfsrv: "
            f'"{sys.executable}" -m pip install debugpy'
        ) from error
    return pydevd


def _clean_up_after(pydevd: Any, debugger: Any) -> None:
    """Wait until the debugger has gone, and leave the process as if there had been none."""
    while pydevd.get_global_debugger() is debugger and not debugger.pydb_disposed:
        time.sleep(_POLL_SECONDS)
    with _joining:
        # Who attaches again at once is not to be thrown out.
        if pydevd.get_global_debugger() in {None, debugger}:
            _forget(pydevd)


def _forget(pydevd: Any) -> None:
    with contextlib.suppress(Exception):
        pydevd.stoptrace()
    # Child processes would look for the adapter that has gone.
    pydevd.SetupHolder.setup = None
