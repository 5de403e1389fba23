"""What a process has to know about the debugger it may run under."""

from __future__ import annotations

import sys


def is_being_debugged() -> bool:
    """Return whether a debugger is attached to this process just now.

    Then a thread that does not come on may be one that somebody looks at.
    """
    # Asking debugpy itself would import it, which costs a third of a second.
    pydevd = sys.modules.get("pydevd")
    return pydevd is not None and bool(pydevd._is_attached())
