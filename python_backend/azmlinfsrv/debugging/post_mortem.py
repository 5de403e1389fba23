"""Stop the debugger where the script raised what the server has caught."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from types import TracebackType

from azmlinfsrv.debugging.debuggee import is_being_debugged

_OURS = (str(Path(__file__).parents[1]), "<frozen ")


def stop_where_raised(error: BaseException | None) -> None:
    """Stop an attached debugger where ``error`` was raised, if its user wants that.

    For an exception that fails a request or the start. The debugger cannot tell by itself: for it
    the exception is handled, by the server. Its own "userUnhandled" stops also for what a library
    raises through a function of the script and the script then handles, and traces every call.
    """
    if error is None or not is_being_debugged():
        return
    trace = _in_script(error.__traceback__)
    if trace is None or _is_stop(error):
        return
    # Older ones do not have it: then the exception is answered without a stop.
    with contextlib.suppress(ImportError):
        from debugpy import trigger_exception_handler

        debugger = sys.modules["pydevd"].get_global_debugger()
        if debugger and not debugger.break_on_user_uncaught_exceptions:
            trigger_exception_handler((type(error), error, trace))


def expect_exit(status: int) -> None:
    """Have no debugger stop for an exit with ``status``: it has been told why the process ends.

    Without justMyCode it would, outside of any code of ours or the script's.
    """
    if is_being_debugged():
        sys.modules["pydevd"].get_global_debugger().set_ignore_system_exit_codes([0, None, status])


def _in_script(trace: TracebackType | None) -> TracebackType | None:
    """Return the part of a traceback that begins where the server has called the script."""
    while trace and _is_ours(trace):
        trace = trace.tb_next
    return trace


def _is_stop(error: BaseException) -> bool:
    """Return whether the server has raised this to interrupt the script."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    is_request_to_end = isinstance(error, (SystemExit, KeyboardInterrupt))
    return is_request_to_end and trace is not None and _is_ours(trace)


def _is_ours(trace: TracebackType) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith(_OURS)
