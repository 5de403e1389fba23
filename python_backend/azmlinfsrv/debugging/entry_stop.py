"""A stop in the first line of the entry script, for whoever debugs it and asked for one."""

from __future__ import annotations

import contextlib
import dis
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STOP_VARIABLE = "AZMLINFSRV_STOP_ON_ENTRY"
"""The environment variable that asks for the stop; set to anything but nothing."""

_KIND = "python-line"
# debugpy numbers the client's breakpoints upwards from 0.
_ID = -1


@contextlib.contextmanager
def stop_on_entry(script: Path) -> Iterator[None]:
    """Let the debugger stop in the first line that the script executes within this block.

    debugpy's own ``stopOnEntry`` stops in the program, which is the server and not the script, and
    its ``breakpoint()`` in the line that calls it. So the script gets a breakpoint of ours, beside
    the client's and after them: a client that sets its breakpoints removes all others of the file.
    """
    line = _first_line(script) if os.environ.get(STOP_VARIABLE) else None
    pydevd = sys.modules.get("pydevd")
    debugger = pydevd.get_global_debugger() if pydevd and line is not None else None
    if debugger is None or line is None:
        yield
        return
    api = sys.modules["_pydevd_bundle.pydevd_api"].PyDevdAPI()
    _add_breakpoint(api, debugger, script, line)
    try:
        yield
    finally:
        # Not for the next time that the line is executed, by whomever.
        with debugger._main_lock:
            api.remove_breakpoint(debugger, _client_path(script), _KIND, _ID)


def _add_breakpoint(api: Any, debugger: Any, script: Path, line: int) -> None:
    everything = "ALL" if debugger.multi_threads_single_notification else "NONE"
    with debugger._main_lock:
        api.add_breakpoint(
            debugger,
            _client_path(script),
            _KIND,
            _ID,
            line,
            condition=None,
            func_name="None",
            expression=None,
            suspend_policy=everything,
            hit_condition=None,
            is_logpoint=False,
        )


def _client_path(script: Path) -> str:
    """Return the path by which the debugger's client knows the script (path mappings)."""
    path: str = sys.modules["pydevd_file_utils"].map_file_to_client(str(script))[0]
    return path


def _first_line(script: Path) -> int | None:
    try:
        code = compile(script.read_bytes(), script, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        # Whoever loads it says what is wrong.
        return None
    # Line 0 is Python's own start of a module.
    return next((line for _, line in dis.findlinestarts(code) if line), None)
