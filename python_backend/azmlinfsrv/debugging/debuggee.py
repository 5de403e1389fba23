"""What a process has to know about the debugger it may run under."""

from __future__ import annotations

import sys


def is_debuggee() -> bool:
    """Return whether debugpy started this process or has been attached to it."""
    # Asking debugpy itself would import it, which costs a third of a second.
    return "pydevd" in sys.modules
